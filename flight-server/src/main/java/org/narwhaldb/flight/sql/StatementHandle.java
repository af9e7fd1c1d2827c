package org.narwhaldb.flight.sql;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanCodec;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// A statement as the client carries it between calls: text, session and bound parameters, so that any front end can run it.
/// Used as prepared-statement handle and as ticket; signed by `SignedTokens` around this form.
///
/// @param queryId set in tickets, empty in handles
/// @param parameterTypes what the statement's markers expect
/// @param parameters bound values; empty until bound
record StatementHandle(
        String queryId, String sql, SessionState session, List<Field> parameterTypes, List<Expression.Literal> parameters) {
    private static final int TEXT_BYTES_MAX = 4 << 20;

    StatementHandle {
        parameterTypes = List.copyOf(parameterTypes);
        parameters = List.copyOf(parameters);
    }

    StatementHandle asTicket(String id) {
        return new StatementHandle(id, sql, session, parameterTypes, parameters);
    }

    StatementHandle bind(List<Expression.Literal> values) {
        return new StatementHandle(queryId, sql, session, parameterTypes, values);
    }

    boolean isBound() {
        return parameters.size() == parameterTypes.size();
    }

    /// Strings are `length (4) | UTF-8`; the parameters are a Values plan of no or one row, in the plan codec's form.
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, queryId);
            write(out, sql);
            write(out, session.schema());
            write(out, session.zone().getId());
            out.writeLong(session.timeout().toMillis());
            out.writeLong(session.rowsMax());
            out.writeInt(session.floors().size());
            for (Map.Entry<TableName, VersionId> floor : session.floors().entrySet()) {
                write(out, floor.getKey().toString());
                write(out, floor.getValue().toString());
            }
            boolean bound = isBound() && !parameterTypes.isEmpty();
            byte[] values = PlanCodec.encode(new PlanNode.Values(parameterTypes, bound ? List.of(parameters) : List.of()));
            out.writeInt(values.length);
            out.write(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static StatementHandle decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String queryId = read(in);
            String sql = read(in);
            String schema = read(in);
            ZoneId zone = ZoneId.of(read(in));
            Duration timeout = Duration.ofMillis(in.readLong());
            long rowsMax = in.readLong();
            Map<TableName, VersionId> floors = new HashMap<>();
            for (int count = in.readInt(); count > 0; count--) {
                floors.put(TableName.parse(read(in)), VersionId.parse(read(in)));
            }
            PlanNode.Values values = (PlanNode.Values) PlanCodec.decode(readBytes(in));
            return new StatementHandle(queryId, sql, new SessionState(schema, zone, timeout, rowsMax, floors), values.output(),
                    values.rows().isEmpty() ? List.of() : values.rows().getFirst());
        } catch (IOException | RuntimeException e) {
            throw new NarwhalException(ErrorCode.INVALID_TICKET, "The statement handle cannot be read; prepare it again", e);
        }
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TEXT_BYTES_MAX) {
            throw NarwhalException.of(ErrorCode.LIMIT_EXCEEDED, "The statement has [%d] bytes; at most [%d] are taken", bytes.length,
                    TEXT_BYTES_MAX);
        }
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String read(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("Length " + length);
        }
        return in.readNBytes(length);
    }
}
