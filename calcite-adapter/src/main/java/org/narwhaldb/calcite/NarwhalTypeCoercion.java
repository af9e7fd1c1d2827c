package org.narwhaldb.calcite;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.implicit.TypeCoercionImpl;

/// Implicit casts as Calcite makes them, but none between two numbers that are compared: the engine compares decimals of
/// any scale exactly, while a cast to a common type would cut digits off and hide a column from its statistics. Nor does text
/// become a number where a function or an operator wants one: `SUM(name)` is a mistake, not a cast that fails on some row.
final class NarwhalTypeCoercion extends TypeCoercionImpl {
    NarwhalTypeCoercion(RelDataTypeFactory types, SqlValidator validator) {
        super(types, validator);
    }

    @Override
    public RelDataType commonTypeForBinaryComparison(RelDataType left, RelDataType right) {
        return left != null && right != null && SqlTypeUtil.isNumeric(left) && SqlTypeUtil.isNumeric(right)
                ? null : super.commonTypeForBinaryComparison(left, right);
    }

    @Override
    public boolean binaryArithmeticCoercion(SqlCallBinding binding) {
        for (int i = 0; i < binding.getOperandCount(); i++) {
            if (SqlTypeUtil.isCharacter(binding.getOperandType(i))) {
                return false;
            }
        }
        return super.binaryArithmeticCoercion(binding);
    }

    @Override
    public RelDataType implicitCast(RelDataType from, SqlTypeFamily expected) {
        boolean number = expected == SqlTypeFamily.NUMERIC || expected == SqlTypeFamily.EXACT_NUMERIC
                || expected == SqlTypeFamily.APPROXIMATE_NUMERIC || expected == SqlTypeFamily.INTEGER
                || expected == SqlTypeFamily.DECIMAL;
        return number && SqlTypeUtil.isCharacter(from) ? null : super.implicitCast(from, expected);
    }
}
