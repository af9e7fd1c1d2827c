package org.narwhaldb.flight.sql;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.CancelResult;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.types.pojo.Schema;
import org.narwhaldb.engine.exchange.FlightErrors;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The Flight SQL service: each RPC is one call of a service beside it. No logic here but packing and unpacking.
///
/// Specification: https://arrow.apache.org/docs/format/FlightSql.html.
final class NarwhalFlightSqlProducer extends NoOpFlightSqlProducer {
    private final FlightStatements statements;
    private final MetadataService metadata;
    private final SqlInfoCatalog sqlInfo;
    private final SessionService sessions;
    private final ControlActions control;
    private final org.apache.arrow.memory.BufferAllocator allocator;

    NarwhalFlightSqlProducer(
            FlightStatements statements, MetadataService metadata, SqlInfoCatalog sqlInfo, SessionService sessions,
            ControlActions control, org.apache.arrow.memory.BufferAllocator allocator) {
        this.statements = statements;
        this.metadata = metadata;
        this.sqlInfo = sqlInfo;
        this.sessions = sessions;
        this.control = control;
        this.allocator = allocator;
    }

    // ---- statements

    @Override
    public FlightInfo getFlightInfoStatement(
            FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
        return typed(() -> statements.infoOfText(command.getQuery(), sessions.state(context), descriptor));
    }

    @Override
    public SchemaResult getSchemaStatement(
            FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
        return typed(() -> new SchemaResult(statements.schemaOfText(command.getQuery(), sessions.state(context))));
    }

    @Override
    public void getStreamStatement(FlightSql.TicketStatementQuery ticket, CallContext context, ServerStreamListener listener) {
        statements.stream(ticket.getStatementHandle().toByteArray(), listener);
    }

    @Override
    public Runnable acceptPutStatement(
            FlightSql.CommandStatementUpdate command, CallContext context, FlightStream stream, StreamListener<PutResult> listener) {
        return () -> run(listener, () -> statements.update(command.getQuery(), sessions.middleware(context), listener));
    }

    @Override
    public void createPreparedStatement(
            FlightSql.ActionCreatePreparedStatementRequest request, CallContext context, StreamListener<Result> listener) {
        run(listener, () -> {
            listener.onNext(new Result(Any.pack(statements.prepare(request.getQuery(), sessions.state(context))).toByteArray()));
            listener.onCompleted();
        });
    }

    @Override
    public void closePreparedStatement(
            FlightSql.ActionClosePreparedStatementRequest request, CallContext context, StreamListener<Result> listener) {
        // Nothing is kept for a prepared statement, so there is nothing to close; clients wait for the end all the same.
        listener.onCompleted();
    }

    @Override
    public FlightInfo getFlightInfoPreparedStatement(
            FlightSql.CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
        return typed(() -> statements.infoOfPrepared(command.getPreparedStatementHandle().toByteArray(), descriptor));
    }

    @Override
    public SchemaResult getSchemaPreparedStatement(
            FlightSql.CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
        return typed(() -> new SchemaResult(statements.schemaOfPrepared(command.getPreparedStatementHandle().toByteArray())));
    }

    @Override
    public void getStreamPreparedStatement(
            FlightSql.CommandPreparedStatementQuery command, CallContext context, ServerStreamListener listener) {
        statements.stream(command.getPreparedStatementHandle().toByteArray(), listener);
    }

    @Override
    public Runnable acceptPutPreparedStatementQuery(
            FlightSql.CommandPreparedStatementQuery command, CallContext context, FlightStream stream,
            StreamListener<PutResult> listener) {
        return () -> run(listener, () -> statements.bind(command.getPreparedStatementHandle().toByteArray(), stream, listener));
    }

    @Override
    public Runnable acceptPutPreparedStatementUpdate(
            FlightSql.CommandPreparedStatementUpdate command, CallContext context, FlightStream stream,
            StreamListener<PutResult> listener) {
        return () -> run(listener, () -> statements.updatePrepared(command.getPreparedStatementHandle().toByteArray(), stream,
                sessions.middleware(context), listener));
    }

    @Override
    public void cancelFlightInfo(CancelFlightInfoRequest request, CallContext context, StreamListener<CancelStatus> listener) {
        listener.onNext(cancel(request.getInfo()) ? CancelStatus.CANCELLED : CancelStatus.NOT_CANCELLABLE);
        listener.onCompleted();
    }

    @Override
    public void cancelQuery(FlightInfo info, CallContext context, StreamListener<CancelResult> listener) {
        listener.onNext(cancel(info) ? CancelResult.CANCELLED : CancelResult.NOT_CANCELLABLE);
        listener.onCompleted();
    }

    /// Behind a balancer, who is asked to cancel need not be who runs the query.
    private boolean cancel(FlightInfo info) {
        String queryId = FlightStatements.queryId(info);
        return !queryId.isEmpty() && (statements.cancel(queryId) || control.cancelElsewhere(queryId));
    }

    // ---- sessions

    @Override
    public void setSessionOptions(
            SetSessionOptionsRequest request, CallContext context, StreamListener<SetSessionOptionsResult> listener) {
        listener.onNext(sessions.set(request, context));
        listener.onCompleted();
    }

    @Override
    public void getSessionOptions(
            GetSessionOptionsRequest request, CallContext context, StreamListener<GetSessionOptionsResult> listener) {
        run(listener, () -> {
            listener.onNext(sessions.get(context));
            listener.onCompleted();
        });
    }

    @Override
    public void closeSession(CloseSessionRequest request, CallContext context, StreamListener<CloseSessionResult> listener) {
        sessions.middleware(context).forget();
        listener.onNext(new CloseSessionResult(CloseSessionResult.Status.CLOSED));
        listener.onCompleted();
    }

    // ---- metadata

    @Override
    public FlightInfo getFlightInfoSqlInfo(FlightSql.CommandGetSqlInfo command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_SQL_INFO_SCHEMA);
    }

    @Override
    public void getStreamSqlInfo(FlightSql.CommandGetSqlInfo command, CallContext context, ServerStreamListener listener) {
        sqlInfo.send(command.getInfoList(), listener);
    }

    @Override
    public FlightInfo getFlightInfoTypeInfo(
            FlightSql.CommandGetXdbcTypeInfo command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_TYPE_INFO_SCHEMA);
    }

    @Override
    public void getStreamTypeInfo(FlightSql.CommandGetXdbcTypeInfo command, CallContext context, ServerStreamListener listener) {
        TypeInfo.send(command.hasDataType() ? command.getDataType() : null, allocator, listener);
    }

    @Override
    public FlightInfo getFlightInfoCatalogs(
            FlightSql.CommandGetCatalogs command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_CATALOGS_SCHEMA);
    }

    @Override
    public void getStreamCatalogs(CallContext context, ServerStreamListener listener) {
        metadata.catalogs(listener);
    }

    @Override
    public FlightInfo getFlightInfoSchemas(
            FlightSql.CommandGetDbSchemas command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_SCHEMAS_SCHEMA);
    }

    @Override
    public void getStreamSchemas(FlightSql.CommandGetDbSchemas command, CallContext context, ServerStreamListener listener) {
        metadata.schemas(command, listener);
    }

    @Override
    public FlightInfo getFlightInfoTables(FlightSql.CommandGetTables command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, MetadataService.tablesSchema(command));
    }

    @Override
    public void getStreamTables(FlightSql.CommandGetTables command, CallContext context, ServerStreamListener listener) {
        metadata.tables(command, listener);
    }

    @Override
    public FlightInfo getFlightInfoTableTypes(
            FlightSql.CommandGetTableTypes command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_TABLE_TYPES_SCHEMA);
    }

    @Override
    public void getStreamTableTypes(CallContext context, ServerStreamListener listener) {
        metadata.tableTypes(listener);
    }

    @Override
    public FlightInfo getFlightInfoPrimaryKeys(
            FlightSql.CommandGetPrimaryKeys command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_PRIMARY_KEYS_SCHEMA);
    }

    @Override
    public void getStreamPrimaryKeys(FlightSql.CommandGetPrimaryKeys command, CallContext context, ServerStreamListener listener) {
        metadata.empty(Schemas.GET_PRIMARY_KEYS_SCHEMA, listener);
    }

    @Override
    public FlightInfo getFlightInfoExportedKeys(
            FlightSql.CommandGetExportedKeys command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_EXPORTED_KEYS_SCHEMA);
    }

    @Override
    public void getStreamExportedKeys(
            FlightSql.CommandGetExportedKeys command, CallContext context, ServerStreamListener listener) {
        metadata.empty(Schemas.GET_EXPORTED_KEYS_SCHEMA, listener);
    }

    @Override
    public FlightInfo getFlightInfoImportedKeys(
            FlightSql.CommandGetImportedKeys command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_IMPORTED_KEYS_SCHEMA);
    }

    @Override
    public void getStreamImportedKeys(
            FlightSql.CommandGetImportedKeys command, CallContext context, ServerStreamListener listener) {
        metadata.empty(Schemas.GET_IMPORTED_KEYS_SCHEMA, listener);
    }

    @Override
    public FlightInfo getFlightInfoCrossReference(
            FlightSql.CommandGetCrossReference command, CallContext context, FlightDescriptor descriptor) {
        return info(command, descriptor, Schemas.GET_CROSS_REFERENCE_SCHEMA);
    }

    @Override
    public void getStreamCrossReference(
            FlightSql.CommandGetCrossReference command, CallContext context, ServerStreamListener listener) {
        metadata.empty(Schemas.GET_CROSS_REFERENCE_SCHEMA, listener);
    }

    // ---- Narwhal's own actions

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
        if (control.handles(action.getType())) {
            control.run(context, action.getType(), action.getBody(), listener);
            return;
        }
        typed(() -> {
            super.doAction(context, action, listener);
            return null;
        });
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        return typed(() -> {
            if (!descriptor.isCommand()) {
                throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Path descriptors name nothing here; send a Flight SQL command");
            }
            return super.getFlightInfo(context, descriptor);
        });
    }

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
        try {
            // Flight's own dispatch sends the parser's raw exception to the client.
            FlightSqlUtils.parseOrThrow(ticket.getBytes());
            super.getStream(context, ticket, listener);
        } catch (RuntimeException e) {
            listener.error(FlightErrors.toFlight(foreignTicket(e)));
        }
    }

    private static NarwhalException foreignTicket(RuntimeException error) {
        return error instanceof NarwhalException typed ? typed
                : new NarwhalException(ErrorCode.INVALID_TICKET, "Not a ticket of this server: " + error.getMessage(), error);
    }

    private static FlightInfo info(Message command, FlightDescriptor descriptor, Schema schema) {
        Ticket ticket = new Ticket(Any.pack(command).toByteArray());
        return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(ticket)), -1, -1);
    }

    /// Runs `body`, turning our errors into Flight's.
    private static <T> T typed(Supplier<T> body) {
        try {
            return body.get();
        } catch (NarwhalException e) {
            throw FlightErrors.toFlight(e);
        }
    }

    private static void run(StreamListener<?> listener, Runnable body) {
        try {
            body.run();
        } catch (NarwhalException e) {
            listener.onError(FlightErrors.toFlight(e));
        } catch (RuntimeException e) {
            listener.onError(FlightErrors.toFlight(new NarwhalException(ErrorCode.INTERNAL, "Internal error: " + e, e)));
        }
    }
}
