package org.narwhaldb.conformance.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.flight.control.ClusterControl;
import org.narwhaldb.flight.query.QueryResult;
import org.narwhaldb.flight.query.QueryService;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.flight.sql.ControlActions;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.VersionId;

/// What clients reach of a front end: SQL and loads, as text.
final class FrontEndDoor implements Transport.Handler {
    static final Duration QUERY_TIMEOUT = Duration.ofSeconds(8);
    private static final int FIRST = 5;

    private final SimulatedProcess process;
    private final QueryService queries;
    private final ClusterControl control;
    private final Checker checker;
    private long lastQuery;

    FrontEndDoor(SimulatedProcess process, QueryService queries, ClusterControl control, Checker checker) {
        this.process = process;
        this.queries = queries;
        this.control = control;
        this.checker = checker;
    }

    @Override
    public FragmentTrailer execute(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] call(String action, byte[] body, Consumer<byte[]> progress) {
        return switch (action) {
            case "load" -> control.run(ControlActions.LOAD, body, progress);
            case ControlActions.PEER_CATCH_UP -> control.run(action, body, progress);
            case "serve" -> control.run(ControlActions.SERVE, body, progress);
            default -> query(new String(body, StandardCharsets.UTF_8).split(" "));
        };
    }

    /// @param words table, shape, smallest key, floor or `-`
    private byte[] query(String[] words) {
        TableName table = TableName.parse(words[0]);
        long from = Long.parseLong(words[2]);
        Optional<VersionId> floor = words[3].equals("-") ? Optional.empty() : Optional.of(VersionId.parse(words[3]));
        String sql = switch (words[1]) {
            case "all" -> "SELECT k FROM %s".formatted(table);
            case "some" -> "SELECT k FROM %s WHERE k >= %d".formatted(table, from);
            case "groups" -> "SELECT k FROM %s WHERE k >= %d GROUP BY k HAVING COUNT(*) > 0".formatted(table, from);
            case "first" -> "SELECT k FROM %s WHERE k >= %d GROUP BY k ORDER BY k LIMIT %d".formatted(table, from, FIRST);
            case "distinct" -> "SELECT COUNT(DISTINCT k) FROM %s WHERE k >= %d".formatted(table, from);
            case "join" -> "SELECT a.k FROM %s a JOIN %s b ON a.k = b.k WHERE b.k >= %d".formatted(table, table, from);
            default -> "SELECT COUNT(*), SUM(k) FROM %s".formatted(table);
        };
        SessionState session = new SessionState("main", ZoneOffset.UTC, QUERY_TIMEOUT, 0,
                floor.map(id -> Map.of(table, id)).orElse(Map.of()));
        int position = checker.floor(process.name(), table, floor);
        long[] answer = run(sql, session, words[1].equals("sum") ? 2 : 1);
        checker.answered(process.name(), table, position, sql, right(words[1], from, answer), Arrays.toString(answer));
        return new byte[0];
    }

    private static Predicate<long[]> right(String shape, long from, long[] answer) {
        return switch (shape) {
            case "all" -> keys -> Arrays.equals(keys, answer);
            case "some", "join" -> keys -> Arrays.equals(LongStream.of(keys).filter(key -> key >= from).toArray(), answer);
            case "groups" -> keys -> Arrays.equals(LongStream.of(keys).filter(key -> key >= from).distinct().toArray(), answer);
            case "first" -> keys -> Arrays.equals(
                    LongStream.of(keys).filter(key -> key >= from).sorted().distinct().limit(FIRST).toArray(), answer);
            case "distinct" -> keys -> answer.length == 1 && answer[0] == LongStream.of(keys).filter(key -> key >= from).distinct().count();
            default -> keys -> answer.length == 2 && answer[0] == Math.min(keys.length, LongStream.of(keys).sum())
                    && answer[1] == Math.max(keys.length, LongStream.of(keys).sum());
        };
    }

    /// Every number of the answer, sorted.
    private long[] run(String sql, SessionState session, int columns) {
        List<Long> numbers = new ArrayList<>();
        try (QueryResult result = queries.execute(process.name() + "-" + ++lastQuery + "-" + process.instant(), sql, List.of(), session)) {
            for (Batch batch = result.next(); batch != null; batch = result.next()) {
                for (int row = 0; row < batch.rowCount(); row++) {
                    for (int column = 0; column < columns; column++) {
                        numbers.add(number(batch.column(column), row));
                    }
                }
            }
        }
        return numbers.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static long number(Column column, int row) {
        if (column.isNull(row)) {
            return 0;
        }
        return switch (column) {
            case Column.LongColumn longs -> longs.values()[row];
            case Column.Int128Column wide -> wide.low()[row];
            default -> throw new IllegalStateException("Not a number: " + column);
        };
    }
}
