package org.narwhaldb.conformance.chaos;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.narwhaldb.conformance.lake.IcebergFiles;
import org.narwhaldb.conformance.processes.Waiting;

/// Overwrites the small table that is joined with.
final class GroupWriter implements Writer {
    static final String NAME = "chaos_groups";

    private final LakeTables lake;
    private final Table table;
    private final History<GroupWeights> history;
    private final Consumer<String> trouble;

    GroupWriter(LakeTables lake, Table table, History<GroupWeights> history, Consumer<String> trouble) {
        this.lake = lake;
        this.table = table;
        this.history = history;
        this.trouble = trouble;
    }

    @Override
    public int pauseMillis() {
        return 12_000;
    }

    @Override
    public void commit(RandomGenerator random, BooleanSupplier patient) {
        GroupWeights next = new GroupWeights(history.last().generation() + 1);
        history.begin(next);
        boolean done = false;
        while (!done) {
            try {
                commit(next);
                done = true;
            } catch (RuntimeException e) {
                trouble.accept("%s, generation %d: %s".formatted(NAME, next.generation(), e));
                done = Waiting.holds(Questioner.QUERY, () -> isDone(next));
                if (!done && !patient.getAsBoolean()) {
                    return;
                }
            }
        }
        history.acknowledge();
    }

    void commit(GroupWeights weights) {
        table.refresh();
        OverwriteFiles overwrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue())
                .addFile(IcebergFiles.write(table, LakeTables.records(weights)));
        LakeTables.number(overwrite, weights.generation());
        overwrite.commit();
    }

    private boolean isDone(GroupWeights weights) {
        try {
            return lake.isCommitted(NAME, weights.generation());
        } catch (RuntimeException e) {
            return false;
        }
    }
}
