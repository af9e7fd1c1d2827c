package org.narwhaldb.calcite;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.implicit.TypeCoercionImpl;

/// Implicit casts as Calcite makes them, but none between two numbers that are compared: the engine compares decimals of
/// any scale exactly, while a cast to a common type would cut digits off and hide a column from its statistics.
final class NarwhalTypeCoercion extends TypeCoercionImpl {
    NarwhalTypeCoercion(RelDataTypeFactory types, SqlValidator validator) {
        super(types, validator);
    }

    @Override
    public RelDataType commonTypeForBinaryComparison(RelDataType left, RelDataType right) {
        return left != null && right != null && SqlTypeUtil.isNumeric(left) && SqlTypeUtil.isNumeric(right)
                ? null : super.commonTypeForBinaryComparison(left, right);
    }
}
