package org.narwhaldb.calcite;

import org.apache.calcite.config.NullCollation;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.validate.SqlValidatorCatalogReader;
import org.apache.calcite.sql.validate.SqlValidatorImpl;

/// Calcite's validator with our operators, NULLs sorting high, and no rewriting of COALESCE and its like into CASE.
final class NarwhalValidator extends SqlValidatorImpl {
    private static final Config CONFIG = Config.DEFAULT
            .withConformance(SqlSyntax.CONFORMANCE)
            .withDefaultNullCollation(NullCollation.HIGH)
            .withIdentifierExpansion(true)
            .withTypeCoercionFactory(NarwhalTypeCoercion::new)
            .withCallRewrite(false);

    NarwhalValidator(SqlValidatorCatalogReader catalog, RelDataTypeFactory types) {
        super(NarwhalOperatorTable.INSTANCE, catalog, types, CONFIG);
    }
}
