package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultTypesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            i + i                 ~ INT
            i + b                 ~ LONG
            i / 2                 ~ INT
            i * dec               ~ DECIMAL(22, 2)
            dec + dec             ~ DECIMAL(13, 2)
            dec * dec             ~ DECIMAL(24, 4)
            dec * dec * dec * dec ~ DECIMAL(38, 8)
            dec / dec             ~ DECIMAL(27, 15)
            dec / 3               ~ DECIMAL(23, 13)
            cast(dec as decimal(38, 4)) / cast(dec as decimal(38, 4)) ~ DECIMAL(38, 6)
            dec * d               ~ DOUBLE
            f + f                 ~ FLOAT
            -dec                  ~ DECIMAL(12, 2)
            sqrt(i)               ~ DOUBLE
            sum(i)                ~ LONG
            sum(b)                ~ LONG
            sum(dec)              ~ DECIMAL(38, 2)
            sum(f)                ~ DOUBLE
            avg(i)                ~ DOUBLE
            avg(dec)              ~ DECIMAL(38, 6)
            avg(cast(dec as decimal(20, 9))) ~ DECIMAL(38, 9)
            stddev(dec)           ~ DOUBLE
            var_pop(i)            ~ DOUBLE
            count(*)              ~ LONG
            count(distinct s)     ~ LONG
            min(u)                ~ UUID
            max(ns)               ~ TIMESTAMP_NS
            any_value(fix)        ~ FIXED(4)
            bool_and(ok)          ~ BOOLEAN
            'abc'                 ~ STRING
            s || 'x'              ~ STRING
            length(s)             ~ INT
            coalesce(u, u)        ~ UUID
            case when ok then fix end ~ FIXED(4)
            case when ok then 'a' else 'abc' end ~ STRING
            case when ok then 1 else dec end ~ DECIMAL(12, 2)
            coalesce(i, b)        ~ LONG
            greatest(i, d)        ~ DOUBLE
            day + interval '1' day ~ DATE
            day + interval '1' month ~ DATE
            ts - interval '1' hour ~ TIMESTAMP
            ns + interval '1' hour ~ TIMESTAMP_NS
            tz + interval '1' hour ~ TIMESTAMP_TZ
            date_trunc('month', ts) ~ TIMESTAMP
            date_trunc('month', day) ~ DATE
            floor(ts to day)      ~ TIMESTAMP
            extract(year from day) ~ LONG
            timestampdiff(day, day, ts) ~ LONG
            current_date          ~ DATE
            now()                 ~ TIMESTAMP
            cast(s as decimal(10, 3)) ~ DECIMAL(10, 3)
            s::double             ~ DOUBLE
            try_cast(s as int)    ~ INT
            l[1]                  ~ UUID
            m['a']                ~ LONG
            types.st.y            ~ FIXED(4)
            tod                   ~ TIME
            bin                   ~ BINARY
            1.50                  ~ DECIMAL(3, 2)
            1e0                   ~ DOUBLE
            3000000000            ~ LONG
            i > 3                 ~ BOOLEAN
            """)
    void everyExpressionHasItsType(String expression, String type) {
        var plan = Planning.plan("select " + expression + " from types");

        assertThat(plan.output().getFirst().type()).hasToString(type);
    }
}
