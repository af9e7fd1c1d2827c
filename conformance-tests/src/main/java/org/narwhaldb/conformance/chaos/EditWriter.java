package org.narwhaldb.conformance.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.narwhaldb.conformance.lake.IcebergFiles;
import org.narwhaldb.conformance.processes.Waiting;

/// Appends, deletes by position over several files at once, deletes by equality, updates and overwrites of all rows,
/// committed through Iceberg's API.
final class EditWriter implements FactWriter {
    private static final int BATCH_ROWS = 1_000;
    private static final int ROWS_MAX = 12_000;
    private static final int CHANGED_MAX = 200;
    private static final Schema ID = LakeTables.FACTS.select("id");

    private final LakeTables lake;
    private final Table table;
    private final String name;
    private final History<Answers> history;
    private final Consumer<String> trouble;
    private final Map<DataFile, List<Long>> files = new HashMap<>();
    private TableState state = TableState.empty();
    private TableState pending;
    private long commits;
    private long batches;

    /// @param trouble told of commits that did not go through at once
    EditWriter(LakeTables lake, Table table, String name, History<Answers> history, Consumer<String> trouble) {
        this.lake = lake;
        this.table = table;
        this.name = name;
        this.history = history;
        this.trouble = trouble;
    }

    @Override
    public List<TableState> possible() {
        return pending == null ? List.of(state) : List.of(state, pending);
    }

    @Override
    public int pauseMillis() {
        return 3_000;
    }

    /// What is to be committed, and what will be there then.
    ///
    /// @param files data files that are there afterwards, with the ids of their rows
    private record Plan(String what, Supplier<SnapshotUpdate<?>> update, TableState state, Map<DataFile, List<Long>> files) {}

    @Override
    public void commit(RandomGenerator random, BooleanSupplier patient) {
        Plan plan = plan(random);
        commits++;
        pending = plan.state();
        history.begin(plan.state().answers("%s commit %d: %s".formatted(name, commits, plan.what())));
        boolean done = false;
        while (!done) {
            try {
                // a new one each time: one that failed has deleted its manifests
                SnapshotUpdate<?> update = plan.update().get();
                LakeTables.number(update, commits);
                update.commit();
                done = true;
            } catch (RuntimeException e) {
                trouble.accept("%s commit %d: %s".formatted(name, commits, e));
                done = isDone();
                if (!done && !patient.getAsBoolean()) {
                    return;
                }
            }
        }
        history.acknowledge();
        state = plan.state();
        pending = null;
        files.clear();
        files.putAll(plan.files());
    }

    private boolean isDone() {
        boolean[] committed = new boolean[1];
        Waiting.holds(Questioner.QUERY, () -> {
            try {
                committed[0] = lake.isCommitted(name, commits);
                return true;
            } catch (RuntimeException e) {
                trouble.accept("%s: %s".formatted(name, e));
                return false;
            }
        });
        table.refresh();
        return committed[0];
    }

    private Plan plan(RandomGenerator random) {
        table.refresh();
        int rows = state.revisions().size();
        if (rows >= ROWS_MAX || rows > 0 && random.nextInt(15) == 0) {
            return overwrite();
        }
        return rows < 3 * BATCH_ROWS ? append() : switch (random.nextInt(4)) {
            case 0 -> append();
            case 1 -> deletePositions(random);
            case 2 -> deleteEqual(random);
            default -> update(random);
        };
    }

    private List<Long> batch() {
        long first = FactRow.firstId(++batches);
        return LongStream.range(first, first + BATCH_ROWS).boxed().toList();
    }

    private DataFile write(List<Long> ids, TableState of) {
        List<Record> records = ids.stream().map(id -> LakeTables.record(of.row(id))).toList();
        return IcebergFiles.write(table, records);
    }

    private Plan append() {
        List<Long> ids = batch();
        TableState next = state.with(ids.stream().mapToLong(Long::longValue));
        DataFile file = write(ids, next);
        Map<DataFile, List<Long>> all = new HashMap<>(files);
        all.put(file, ids);
        return new Plan("append of batch " + batches, () -> table.newAppend().appendFile(file), next, all);
    }

    private Plan overwrite() {
        Map<DataFile, List<Long>> all = new HashMap<>();
        TableState next = TableState.empty();
        for (int number = 0; number < 4; number++) {
            List<Long> ids = batch();
            next = next.with(ids.stream().mapToLong(Long::longValue));
            DataFile file = write(ids, next);
            all.put(file, ids);
        }
        return new Plan("overwrite by batches up to " + batches, () -> {
            OverwriteFiles overwrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
            all.keySet().forEach(overwrite::addFile);
            return overwrite;
        }, next, all);
    }

    /// Some of the rows that are there; drawn from all files.
    private List<Long> some(RandomGenerator random) {
        List<Long> ids = new ArrayList<>(state.ids());
        Collections.shuffle(ids, Random.from(random));
        return ids.subList(0, Math.min(ids.size(), 1 + random.nextInt(CHANGED_MAX)));
    }

    private Plan deletePositions(RandomGenerator random) {
        List<Long> removed = some(random);
        Map<DataFile, List<Long>> positions = new HashMap<>();
        files.forEach((file, ids) -> {
            TreeMap<Long, Long> found = new TreeMap<>();
            for (int position = 0; position < ids.size(); position++) {
                found.put(ids.get(position), (long) position);
            }
            found.keySet().retainAll(removed);
            if (!found.isEmpty()) {
                positions.put(file, found.values().stream().sorted().toList());
            }
        });
        DeleteFile deletes = IcebergFiles.positionDeletes(table, null, positions);
        return new Plan("delete of %d rows by position in %d files".formatted(removed.size(), positions.size()),
                () -> table.newRowDelta().addDeletes(deletes),
                state.without(removed), without(removed));
    }

    /// A row that is deleted leaves a gap in its file, not a shift.
    private Map<DataFile, List<Long>> without(List<Long> removed) {
        Set<Long> gone = new HashSet<>(removed);
        Map<DataFile, List<Long>> left = new HashMap<>();
        files.forEach((file, ids) -> left.put(file, ids.stream().map(id -> gone.contains(id) ? Long.valueOf(-1) : id).toList()));
        return left;
    }

    private Plan deleteEqual(RandomGenerator random) {
        List<Long> removed = some(random);
        DeleteFile deletes = IcebergFiles.equalityDeletes(table, null, ID, keys(removed));
        return new Plan("delete of %d rows by equality".formatted(removed.size()), () -> table.newRowDelta().addDeletes(deletes),
                state.without(removed), without(removed));
    }

    /// Equality deletes reach older rows only, so the new ones of the same commit stay.
    private Plan update(RandomGenerator random) {
        List<Long> changed = some(random);
        TableState next = state.updated(changed);
        DataFile file = write(changed, next);
        DeleteFile deletes = IcebergFiles.equalityDeletes(table, null, ID, keys(changed));
        Map<DataFile, List<Long>> all = without(changed);
        all.put(file, List.copyOf(changed));
        return new Plan("update of %d rows".formatted(changed.size()),
                () -> table.newRowDelta().addDeletes(deletes).addRows(file), next, all);
    }

    private static List<Record> keys(List<Long> ids) {
        return ids.stream().map(id -> IcebergFiles.row(ID, id)).toList();
    }
}
