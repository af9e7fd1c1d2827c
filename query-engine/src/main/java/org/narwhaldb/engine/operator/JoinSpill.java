package org.narwhaldb.engine.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Column.BooleanColumn;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

/// What one pass of a join had no memory for, in files: the right rows that it did not read into its build, and the left rows that
/// may match one of them, with what is known of them by then. Each file of left rows is joined with that of the same right rows by a
/// pass of its own, which may leave a rest in turn: a hybrid hash join (Shapiro, "Join processing in database systems with large
/// main memories", 1986) of any depth.
///
/// Rows go by the hash of their keys, by another one at each level. Where that does not part them, because there are no keys or one
/// key has most of the rows, there is one file a side, and the passes are those of a block nested loop: each is rid of the
/// right rows it had memory for.
final class JoinSpill implements AutoCloseable {
    private static final int PARTITIONS = 16;
    private static final int LEVELS_MAX = 8;
    private static final long OWN_BYTES = (Long.BYTES + 2L * Integer.BYTES + 1) * Batch.ROWS_MAX;
    /// apart from those of other spilling operators
    private static final long SEED = 0x4A01L;

    private final JoinShape shape;
    private final SpillSpace space;
    private final int level;
    private final Reservation reservation;
    private final boolean marks;
    private final List<Field> leftFields;
    private final SpillFile[] left;
    private final SpillFile[] right;
    private final long[] hashes = new long[Batch.ROWS_MAX];
    /// by row its partition, -1 for none
    private final int[] places = new int[Batch.ROWS_MAX];
    private final int[] sorted = new int[Batch.ROWS_MAX];
    private final boolean[] goesOn = new boolean[Batch.ROWS_MAX];
    private boolean hasNullKey;
    private long rightRows;
    private int nextOfNullKeys;
    private int present = -1;

    /// Where a pass may put what it has no memory for.
    ///
    /// @param level how often the rows were parted by then
    record Place(SpillSpace space, int level, int partitions) {
        /// What is to be had of memory before the first row is written.
        long neededBytes(JoinShape shape) {
            return OWN_BYTES + (long) partitions * SpillFile.BUFFER_BYTES + BatchBytes.fixed(shape.width());
        }
    }

    JoinSpill(JoinShape shape, Place place, QueryContext context) {
        this.shape = shape;
        space = place.space;
        level = place.level;
        reservation = new Reservation(context.memory());
        reservation.grow(OWN_BYTES);
        marks = shape.yieldsPairs() && shape.marksLeft();
        leftFields = new ArrayList<>(shape.left());
        if (marks) {
            leftFields.add(new Field(leftFields.size(), "matched", ColumnType.BOOLEAN, false));
        }
        left = new SpillFile[place.partitions];
        right = new SpillFile[place.partitions];
    }

    /// For the first pass; null if rows of these types cannot be written, or nowhere.
    static Place first(JoinShape shape, QueryContext context) {
        List<Field> both = new ArrayList<>(shape.left());
        both.addAll(shape.right());
        boolean takes = SpillFile.takes(shape.stored().stream().mapToObj(both::get).toList());
        SpillSpace space = takes ? context.memory().spill() : null;
        return space == null ? null : new Place(space, 0, shape.hasKeys() ? PARTITIONS : 1);
    }

    /// The first right row with a NULL key ends every NOT IN.
    boolean hasNullKey() {
        return hasNullKey;
    }

    void addRight(Batch batch) {
        place(batch, shape.rightKeys());
        boolean keepsAll = shape.marksRight();
        for (int row = 0; row < batch.rowCount(); row++) {
            if (places[row] < 0) {
                hasNullKey = true;
                // they match nothing, and are parted all the same
                places[row] = keepsAll ? nextOfNullKeys++ & right.length - 1 : -1;
            }
        }
        write(stored(batch, shape.left().size(), shape.right()), batch.rowCount(), right, shape.right());
    }

    /// After the last right row.
    void endRight() {
        seal(right);
        for (SpillFile file : right) {
            rightRows += file == null ? 0 : file.rowCount();
        }
    }

    private static void seal(SpillFile[] files) {
        for (SpillFile file : files) {
            if (file != null) {
                file.seal();
            }
        }
    }

    /// Writes those rows that may match a right row here and for which that matters.
    ///
    /// @param matched which rows have matched
    /// @return which rows these are, valid until the next call
    boolean[] addLeft(Batch batch, boolean[] matched) {
        place(batch, shape.leftKeys());
        for (int row = 0; row < batch.rowCount(); row++) {
            boolean goes = places[row] >= 0 && right[places[row]] != null && !(matched[row] && shape.settles());
            goesOn[row] = goes;
            places[row] = goes ? places[row] : -1;
        }
        List<Column> columns = stored(batch, 0, shape.left());
        if (marks) {
            columns.add(new BooleanColumn(matched, null));
        }
        write(columns, batch.rowCount(), left, leftFields);
        return goesOn;
    }

    /// Sets the rows' places by their keys, to -1 if one is NULL.
    private void place(Batch batch, int[] keys) {
        int count = batch.rowCount();
        Arrays.fill(places, 0, count, 0);
        Column[] columns = new Column[keys.length];
        for (int key = 0; key < keys.length; key++) {
            columns[key] = batch.column(keys[key]);
        }
        if (right.length > 1) {
            KeyHashes.of(columns, count, SEED + level, hashes);
            for (int row = 0; row < count; row++) {
                places[row] = (int) hashes[row] & right.length - 1;
            }
        }
        for (Column column : columns) {
            boolean[] nulls = column.nulls();
            for (int row = 0; nulls != null && row < count; row++) {
                places[row] = nulls[row] ? -1 : places[row];
            }
        }
    }

    /// The columns that are read later; the others as NULLs.
    private List<Column> stored(Batch batch, int from, List<Field> fields) {
        List<Column> columns = new ArrayList<>(fields.size() + 1);
        for (int column = 0; column < fields.size(); column++) {
            columns.add(shape.stored().get(from + column) ? batch.column(column) : shape.columns().placeholder(fields.get(column)));
        }
        return columns;
    }

    /// Sorts the batch's rows by place, by counting, and writes each to its file.
    private void write(List<Column> columns, int rowCount, SpillFile[] files, List<Field> fields) {
        int[] starts = new int[files.length + 1];
        for (int row = 0; row < rowCount; row++) {
            if (places[row] >= 0) {
                starts[places[row] + 1]++;
            }
        }
        for (int file = 0; file < files.length; file++) {
            starts[file + 1] += starts[file];
        }
        int[] next = Arrays.copyOf(starts, files.length);
        for (int row = 0; row < rowCount; row++) {
            if (places[row] >= 0) {
                sorted[next[places[row]]++] = row;
            }
        }
        for (int file = 0; file < files.length; file++) {
            int count = starts[file + 1] - starts[file];
            if (count > 0) {
                if (files[file] == null) {
                    files[file] = new SpillFile(space, fields, reservation);
                }
                int[] rows = Arrays.copyOfRange(sorted, starts[file], starts[file + 1]);
                files[file].append(new Batch(count, columns.stream().map(column -> Columns.gather(column, rows, count)).toList()));
            }
        }
    }

    /// The pass over the next partition; gives up the files of the last. Null if there is none.
    JoinPass nextPass(QueryContext context) {
        if (present < 0) {
            seal(left);
        }
        release();
        while (++present < right.length) {
            if (right[present] != null && (left[present] != null || shape.marksRight())) {
                boolean parts = right.length > 1 && level < LEVELS_MAX && right[present].rowCount() <= rightRows / 2;
                Place rest = new Place(space, level + 1, parts ? right.length : 1);
                Operator leftRows = left[present] == null ? new UnionOperator(List.of()) : left[present].reader();
                return new JoinPass(shape, leftRows, right[present].reader(), rest, marks, context);
            }
            release();
        }
        return null;
    }

    /// The files of the present partition, which nobody reads any more.
    void release() {
        if (present >= 0 && present < right.length) {
            close(left, present);
            close(right, present);
        }
    }

    private static void close(SpillFile[] files, int number) {
        if (files[number] != null) {
            files[number].close();
            files[number] = null;
        }
    }

    @Override
    public void close() {
        for (int number = 0; number < right.length; number++) {
            close(left, number);
            close(right, number);
        }
        reservation.close();
    }
}
