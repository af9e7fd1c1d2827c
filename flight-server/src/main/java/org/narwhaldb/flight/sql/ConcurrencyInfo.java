package org.narwhaldb.flight.sql;

import java.util.List;
import java.util.Set;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedResultSetConcurrency;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.holders.NullableIntHolder;
import org.apache.arrow.vector.ipc.message.IpcOption;

/// Adds the SqlInfo ids that Arrow's SqlInfoBuilder cannot set, and fails on, to the batch it sends: which concurrencies a result set of
/// each type has. Ours are read-only and go forward.
final class ConcurrencyInfo implements ServerStreamListener {
    static final Set<Integer> IDS = Set.of(
            SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_UNSPECIFIED_VALUE,
            SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY_VALUE,
            SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_SENSITIVE_VALUE,
            SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_INSENSITIVE_VALUE);
    /// Of the int32_bitmask in the union of GetSqlInfo's schema.
    private static final byte BITMASK_TYPE_ID = 3;

    private final ServerStreamListener client;
    private final List<Integer> ids;
    private VectorSchemaRoot root;

    ConcurrencyInfo(ServerStreamListener client, List<Integer> ids) {
        this.client = client;
        this.ids = ids;
    }

    @Override
    public void start(VectorSchemaRoot batch, DictionaryProvider dictionaries, IpcOption option) {
        root = batch;
        client.start(batch, dictionaries, option);
    }

    @Override
    public void putNext() {
        int row = root.getRowCount();
        DenseUnionVector values = (DenseUnionVector) root.getVector("value");
        NullableIntHolder bitmask = new NullableIntHolder();
        bitmask.isSet = 1;
        for (int id : ids) {
            boolean forward = id == SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY_VALUE;
            bitmask.value = forward ? 1 << SqlSupportedResultSetConcurrency.SQL_RESULT_SET_CONCURRENCY_READ_ONLY_VALUE : 0;
            ((UInt4Vector) root.getVector("info_name")).setSafe(row, id);
            values.setTypeId(row, BITMASK_TYPE_ID);
            values.setSafe(row, bitmask);
            row++;
        }
        root.setRowCount(row);
        client.putNext();
    }

    @Override
    public void putNext(ArrowBuf metadata) {
        client.putNext(metadata);
    }

    @Override
    public void putMetadata(ArrowBuf metadata) {
        client.putMetadata(metadata);
    }

    @Override
    public void error(Throwable error) {
        client.error(error);
    }

    @Override
    public void completed() {
        client.completed();
    }

    @Override
    public boolean isReady() {
        return client.isReady();
    }

    @Override
    public boolean isCancelled() {
        return client.isCancelled();
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
        client.setOnCancelHandler(handler);
    }
}
