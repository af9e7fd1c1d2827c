package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.batch.Columns;

/// Puts rows into partitions by the hash of their first columns: by values alone, so that any server puts equal keys into the same one.
public final class HashSplit {
    /// Not one that tables or spilled files are cut by.
    private static final long SEED = 0x6E61727768616CL;

    private final int keys;
    private final int partitions;
    private final long[] hashes = new long[Batch.ROWS_MAX];
    private final int[] selected = new int[Batch.ROWS_MAX];

    public HashSplit(int keys, int partitions) {
        this.keys = keys;
        this.partitions = partitions;
    }

    /// The batch's rows by partition, null where there are none.
    public Batch[] all(Batch batch) {
        hash(batch);
        Batch[] split = new Batch[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            split[partition] = select(batch, partition);
        }
        return split;
    }

    /// The rows of one partition, null if there are none.
    public Batch only(Batch batch, int partition) {
        hash(batch);
        return select(batch, partition);
    }

    private void hash(Batch batch) {
        Column[] columns = batch.columns().subList(0, keys).toArray(Column[]::new);
        KeyHashes.of(columns, batch.rowCount(), SEED, hashes);
        for (int row = 0; row < batch.rowCount(); row++) {
            hashes[row] = (hashes[row] >>> 33) * partitions >>> 31;
        }
    }

    private Batch select(Batch batch, int partition) {
        int count = 0;
        for (int row = 0; row < batch.rowCount(); row++) {
            selected[count] = row;
            count += hashes[row] == partition ? 1 : 0;
        }
        return count == 0 ? null : count == batch.rowCount() ? batch : Columns.gather(batch, selected, count);
    }
}
