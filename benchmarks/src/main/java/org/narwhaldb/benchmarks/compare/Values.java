package org.narwhaldb.benchmarks.compare;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;

/// When two values of two engines are the same: exact types by value, whatever Java type carries them; DOUBLE within 1e-9 relative.
final class Values {
    private static final double RELATIVE = 1e-9;

    private Values() {}

    static boolean same(Object ours, Object theirs) {
        if (ours == null || theirs == null) {
            return ours == theirs;
        }
        if (ours instanceof Number left && theirs instanceof Number right) {
            return sameNumber(left, right);
        }
        return time(ours).equals(time(theirs));
    }

    /// A DATE is the same as the TIMESTAMP of its midnight: DATE_TRUNC of either engine may give either.
    private static Object time(Object value) {
        return value instanceof LocalDate date ? date.atStartOfDay() : value instanceof LocalDateTime ? value : value.toString();
    }

    private static boolean sameNumber(Number ours, Number theirs) {
        if (isExact(ours) && isExact(theirs)) {
            return decimal(ours).compareTo(decimal(theirs)) == 0;
        }
        double left = ours.doubleValue();
        double right = theirs.doubleValue();
        double allowed = RELATIVE * Math.max(Math.abs(left), Math.abs(right)) + rounding(ours) + rounding(theirs);
        return Double.compare(left, right) == 0 || Math.abs(left - right) <= allowed;
    }

    /// The average of decimals is a rounded DECIMAL in one engine, a DOUBLE in the other: half a unit of its last digit.
    private static double rounding(Number number) {
        return number instanceof BigDecimal decimal && decimal.scale() > 0 ? 0.5 * Math.pow(10, -decimal.scale()) : 0;
    }

    private static boolean isExact(Number number) {
        return !(number instanceof Double || number instanceof Float);
    }

    private static BigDecimal decimal(Number number) {
        return switch (number) {
            case BigDecimal decimal -> decimal;
            case BigInteger integer -> new BigDecimal(integer);
            default -> BigDecimal.valueOf(number.longValue());
        };
    }
}
