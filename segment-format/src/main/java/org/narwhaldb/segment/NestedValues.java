package org.narwhaldb.segment;

/// The Java shapes of values, wherever a value stands alone: inside a list, struct or map, as a literal in a plan,
/// as a bound in a manifest.
///
/// | type | Java |
/// |---|---|
/// | BOOLEAN | Boolean |
/// | INT, LONG, DATE, TIME, TIMESTAMP*, DECIMAL up to 18 digits | Long (units as in `ColumnType.Physical`) |
/// | FLOAT, DOUBLE | Double |
/// | DECIMAL over 18 digits | java.math.BigInteger (unscaled) |
/// | STRING, BINARY, FIXED, UUID | byte[] |
/// | STRUCT | Object[] in field order |
/// | LIST | Object[] |
/// | MAP | Object[][] of {key, value}, in the source's order |
///
/// A null is null. Values are immutable by convention: who hands one over does not change it any more.
public final class NestedValues {
    private NestedValues() {}
}
