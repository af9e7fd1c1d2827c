package org.narwhaldb.engine.operator;

import java.util.List;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.segment.Field;

/// The rows of an aggregation whose keys came after memory had run short, in files by hash of the key: each file is
/// aggregated by itself afterwards. The groups there already take no more than they have; theirs are not written.
final class AggregateSpill implements AutoCloseable {
    private static final int PARTITIONS = 16;
    private static final int LEVELS_MAX = 8;

    private final SpillSpace space;
    private final List<Field> fields;
    private final int level;
    private final Reservation reservation;
    private final SpillFile[] files = new SpillFile[PARTITIONS];
    private final long[] hashes = new long[Batch.ROWS_MAX];
    private final int[] selected = new int[Batch.ROWS_MAX];
    private int next;

    AggregateSpill(SpillSpace space, List<Field> fields, int level, Reservation reservation) {
        this.space = space;
        this.fields = fields;
        this.level = level;
        this.reservation = reservation;
    }

    /// Whether rows at this depth may be partitioned once more.
    static boolean takes(List<Field> fields, int level) {
        return level < LEVELS_MAX && SpillFile.takes(fields);
    }

    /// Writes the rows whose group is negative.
    void add(Batch batch, Column[] keys, int[] groups) {
        KeyHashes.of(keys, batch.rowCount(), level + 1L, hashes);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int count = 0;
            for (int row = 0; row < batch.rowCount(); row++) {
                selected[count] = row;
                count += groups[row] < 0 && (hashes[row] & PARTITIONS - 1) == partition ? 1 : 0;
            }
            if (count > 0) {
                file(partition).append(Columns.gather(batch, selected, count));
            }
        }
    }

    private SpillFile file(int partition) {
        if (files[partition] == null) {
            files[partition] = new SpillFile(space, fields, reservation);
        }
        return files[partition];
    }

    /// The rows of the next partition; null after the last.
    Operator nextPartition() {
        while (next < PARTITIONS) {
            if (next > 0 && files[next - 1] != null) {
                files[next - 1].close();
                files[next - 1] = null;
            }
            SpillFile file = files[next++];
            if (file != null) {
                return file.reader();
            }
        }
        return null;
    }

    @Override
    public void close() {
        for (SpillFile file : files) {
            if (file != null) {
                file.close();
            }
        }
        reservation.close();
    }
}
