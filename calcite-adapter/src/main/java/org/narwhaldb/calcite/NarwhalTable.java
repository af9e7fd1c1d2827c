package org.narwhaldb.calcite;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.Statistic;
import org.apache.calcite.schema.Statistics;
import org.apache.calcite.schema.impl.AbstractTable;
import org.narwhaldb.segment.Field;

/// A served table or one of the front end's own, as Calcite sees it.
final class NarwhalTable extends AbstractTable {
    private final PlannerCatalog.PlannerTable table;

    NarwhalTable(PlannerCatalog.PlannerTable table) {
        this.table = table;
    }

    PlannerCatalog.PlannerTable table() {
        return table;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory types) {
        RelDataTypeFactory.Builder row = types.builder();
        for (Field column : table.columns()) {
            row.add(column.name(), ColumnTypes.toSql(types, column));
        }
        return row.build();
    }

    @Override
    public Statistic getStatistic() {
        return Statistics.of((double) table.rowCount(), null);
    }
}
