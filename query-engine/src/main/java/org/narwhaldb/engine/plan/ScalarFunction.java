package org.narwhaldb.engine.plan;

/// The scalar functions of the engine. Unless said otherwise a NULL argument gives NULL, and the result type is the one
/// the planner wrote into the call. Ids are part of the plan codec: append, never renumber.
public enum ScalarFunction {
    // Arithmetic. Integers: exact, NUMERIC_OUT_OF_RANGE on overflow of the result type; DIVIDE truncates toward zero,
    // DIVISION_BY_ZERO. Decimals: the exact result rounded half up to the call's scale. Doubles: IEEE 754, but division by
    // zero is DIVISION_BY_ZERO.
    PLUS, MINUS, TIMES, DIVIDE, MODULO, NEGATE, ABS, SIGN,
    /// (x [, digits]): half up (away from zero)
    ROUND, TRUNCATE, FLOOR, CEILING,
    SQRT, EXP, LN, LOG10, POWER,

    EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL,
    /// never NULL
    IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM,
    /// n-ary, three-valued
    AND, OR, NOT,
    /// never NULL
    IS_NULL, IS_NOT_NULL, IS_TRUE, IS_NOT_TRUE, IS_FALSE, IS_NOT_FALSE,
    /// (x, literal, literal, …): NULL if no match and x or a list member is NULL
    IN,
    /// (condition, value, condition, value, …, otherwise); evaluates a value only for rows whose condition holds
    CASE,
    COALESCE,
    /// (a, b): NULL where a = b, else a
    NULL_IF,
    GREATEST, LEAST,
    /// to the call's type; INVALID_CAST / NUMERIC_OUT_OF_RANGE on failure, naming the value
    CAST,
    /// as CAST, but NULL on failure
    TRY_CAST,

    // Text: UTF-8, positions and lengths in code points, from 1.
    /// (text, pattern [, escape]); % and _; pattern and escape are literals
    LIKE,
    /// (text, from [, length]), SQL standard: from may be below 1
    SUBSTRING,
    UPPER, LOWER, CHARACTER_LENGTH, OCTET_LENGTH,
    /// n-ary; a NULL gives NULL
    CONCAT,
    /// (text, characters to remove)
    TRIM_BOTH, TRIM_LEADING, TRIM_TRAILING,
    /// (needle, text): 0 if absent
    POSITION,
    /// (text, from, to)
    REPLACE,
    /// (text, prefix)
    STARTS_WITH,
    /// (text, regular expression of java.util.regex as literal)
    REGEXP_LIKE,
    LEFT, RIGHT, REVERSE, REPEAT,
    /// (text, length [, fill])
    LPAD, RPAD,
    /// (text, delimiter, n from 1)
    SPLIT_PART,

    // Dates and times. First argument of EXTRACT, DATE_TRUNC is a STRING literal: the unit in upper case
    // (MICROSECOND MILLISECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR, EXTRACT also DOW 1..7 from Sunday,
    // ISODOW, DOY, EPOCH, DECADE, CENTURY, MILLENNIUM, ISOYEAR, WEEK = ISO week).
    EXTRACT, DATE_TRUNC,
    /// (date or timestamp, months): end of month clips
    ADD_MONTHS,
    /// (timestamp or date, µs): a date plus whole days stays a date if the call's type is DATE
    ADD_MICROS,
    /// (unit literal, from, to): whole boundaries crossed for dates, whole units elapsed for timestamps
    TIMESTAMP_DIFF,

    /// (list or map, key): list index from 1; NULL when absent
    ELEMENT_AT,
    /// (struct, field position literal from 0)
    STRUCT_FIELD,
    /// (list or map)
    CARDINALITY
}
