package org.narwhaldb.flight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.FlightProducer.StreamListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.Schema;
import org.narwhaldb.engine.exchange.ArrowBatches;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.flight.query.QueryService;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.flight.session.SessionMiddleware;
import org.narwhaldb.flight.session.SessionOptions;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Statements in the shapes of Flight SQL: infos, tickets, puts.
final class FlightStatements {
    private final StatementService statements;
    private final QueryService queries;
    private final ResultStreamer streamer;
    private final BufferAllocator allocator;
    private final SessionOptions.Defaults defaults;

    FlightStatements(
            StatementService statements, QueryService queries, ResultStreamer streamer, BufferAllocator allocator,
            SessionOptions.Defaults defaults) {
        this.statements = statements;
        this.queries = queries;
        this.streamer = streamer;
        this.allocator = allocator;
        this.defaults = defaults;
    }

    FlightInfo infoOfText(String sql, SessionState session, FlightDescriptor descriptor) {
        Schema schema = schemaOfText(sql, session);
        String queryId = statements.newQueryId();
        byte[] ticket = statements.ticket(statements.statement(sql, session), queryId);
        return info(schema, descriptor, queryId,
                FlightSql.TicketStatementQuery.newBuilder().setStatementHandle(ByteString.copyFrom(ticket)).build());
    }

    Schema schemaOfText(String sql, SessionState session) {
        QueryService.Prepared prepared = queries.prepare(sql, session);
        if (prepared.kind() == QueryService.Prepared.Kind.SET) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "SET has no rows; run it as an update");
        }
        return ArrowBatches.schema(prepared.fields());
    }

    FlightInfo infoOfPrepared(byte[] handle, FlightDescriptor descriptor) {
        StatementHandle statement = statements.open(handle);
        Schema schema = schemaOfText(statement.sql(), statement.session());
        String queryId = statements.newQueryId();
        byte[] ticket = statements.ticket(statement, queryId);
        return info(schema, descriptor, queryId,
                FlightSql.CommandPreparedStatementQuery.newBuilder().setPreparedStatementHandle(ByteString.copyFrom(ticket)).build());
    }

    Schema schemaOfPrepared(byte[] handle) {
        StatementHandle statement = statements.open(handle);
        return schemaOfText(statement.sql(), statement.session());
    }

    FlightSql.ActionCreatePreparedStatementResult prepare(String sql, SessionState session) {
        StatementService.Prepared prepared = statements.prepare(sql, session);
        boolean update = prepared.statement().kind() == QueryService.Prepared.Kind.SET;
        FlightSql.ActionCreatePreparedStatementResult.Builder result = FlightSql.ActionCreatePreparedStatementResult.newBuilder()
                .setPreparedStatementHandle(ByteString.copyFrom(prepared.handle()))
                .setParameterSchema(serialise(ParameterValues.schema(prepared.statement().parameters())));
        // The stock driver takes a statement without a result schema for an update.
        if (!update) {
            result.setDatasetSchema(serialise(ArrowBatches.schema(prepared.statement().fields())));
        }
        return result.build();
    }

    /// Redeems a ticket (or a prepared statement's handle, which some clients send as the ticket).
    void stream(byte[] handle, ServerStreamListener listener) {
        try {
            StatementHandle statement = statements.open(handle);
            streamer.stream(() -> statements.run(statement), listener);
        } catch (NarwhalException e) {
            listener.error(FlightErrors.toFlight(e));
        }
    }

    /// Takes one row of parameter values and answers with the handle that carries them.
    void bind(byte[] handle, FlightStream stream, StreamListener<PutResult> listener) {
        StatementHandle statement = statements.open(handle);
        byte[] bound = null;
        while (stream.next()) {
            int rows = stream.getRoot().getRowCount();
            if (rows > 1 || (rows == 1 && bound != null)) {
                throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                        "Several rows of parameters were bound to one query; run it once for each row");
            }
            if (rows == 1) {
                bound = statements.bind(statement, ParameterValues.firstRow(stream.getRoot()));
            }
        }
        byte[] answer = bound == null ? handle : bound;
        FlightSql.DoPutPreparedStatementResult result = FlightSql.DoPutPreparedStatementResult.newBuilder()
                .setPreparedStatementHandle(ByteString.copyFrom(answer)).build();
        put(listener, result.toByteArray());
        listener.onCompleted();
    }

    void updatePrepared(byte[] handle, FlightStream stream, SessionMiddleware session, StreamListener<PutResult> listener) {
        StatementHandle statement = statements.open(handle);
        while (stream.next()) {
            // a batch without rows and columns means "run once"; SET takes no parameters
        }
        update(statement.sql(), session, listener);
    }

    /// The only update is SET: it changes the session, which goes back to the client.
    void update(String sql, SessionMiddleware session, StreamListener<PutResult> listener) {
        QueryService.Prepared prepared = queries.prepare(sql, session.options().state(defaults));
        if (prepared.kind() != QueryService.Prepared.Kind.SET) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "The statement is a query; it updates nothing");
        }
        session.change(session.options().with(prepared.set().key(), prepared.set().value(), defaults));
        put(listener, FlightSql.DoPutUpdateResult.newBuilder().setRecordCount(0).build().toByteArray());
        listener.onCompleted();
    }

    /// The id that [#infoOfText] and [#infoOfPrepared] gave it; empty if it is not of ours.
    static String queryId(FlightInfo info) {
        byte[] queryId = info.getAppMetadata();
        return queryId == null ? "" : new String(queryId, UTF_8);
    }

    boolean cancel(String queryId) {
        return statements.cancel(queryId);
    }

    private static FlightInfo info(Schema schema, FlightDescriptor descriptor, String queryId, Message ticket) {
        FlightEndpoint endpoint = new FlightEndpoint(new Ticket(Any.pack(ticket).toByteArray()));
        return new FlightInfo(schema, descriptor, List.of(endpoint), -1, -1, true, IpcOption.DEFAULT, queryId.getBytes(UTF_8));
    }

    private void put(StreamListener<PutResult> listener, byte[] message) {
        try (ArrowBuf metadata = allocator.buffer(message.length)) {
            metadata.writeBytes(message);
            listener.onNext(PutResult.metadata(metadata));
        }
    }

    private static ByteString serialise(Schema schema) {
        return ByteString.copyFrom(MetadataService.serialise(schema));
    }
}
