package org.narwhaldb.engine.expression;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The units of EXTRACT, DATE_TRUNC and TIMESTAMP_DIFF.
enum DateUnit {
    MICROSECOND(1),
    MILLISECOND(1_000),
    SECOND(1_000_000),
    MINUTE(60_000_000),
    HOUR(3_600_000_000L),
    DAY(86_400_000_000L),
    WEEK(7 * 86_400_000_000L),
    MONTH(0),
    QUARTER(0),
    YEAR(0),
    DECADE(0),
    CENTURY(0),
    MILLENNIUM(0),
    DOW(0),
    ISODOW(0),
    DOY(0),
    ISOYEAR(0),
    EPOCH(0);

    private final long micros;

    DateUnit(long micros) {
        this.micros = micros;
    }

    /// Its length; 0 for a unit that has no fixed one.
    long micros() {
        return micros;
    }

    /// Months in one; 0 for a unit that is none of months.
    int months() {
        return switch (this) {
            case MONTH -> 1;
            case QUARTER -> 3;
            case YEAR -> 12;
            case DECADE -> 120;
            case CENTURY -> 1_200;
            case MILLENNIUM -> 12_000;
            default -> 0;
        };
    }

    static DateUnit of(byte[] name, ScalarFunction function) {
        String text = new String(name, StandardCharsets.UTF_8);
        for (DateUnit unit : values()) {
            if (unit.name().equals(text)) {
                return unit;
            }
        }
        throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                "%s: no unit [%s]; use one of %s", function, text, Arrays.toString(values()));
    }
}
