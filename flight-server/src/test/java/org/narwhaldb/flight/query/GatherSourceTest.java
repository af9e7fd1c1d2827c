package org.narwhaldb.flight.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narwhaldb.cluster.Schedulers;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column.LongColumn;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.PairId;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.exchange.Transports;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.flight.routing.SegmentRouter;
import org.narwhaldb.flight.version.VersionManifest;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.version.TableVersion;
import org.narwhaldb.store.version.VersionId;

/// A server that breaks off in mid-answer, and another one that goes on.
class GatherSourceTest {
    private static final List<Field> FIELDS = List.of(new Field(1, "k", ColumnType.LONG, false));
    private static final PlanNode SCAN = new PlanNode.Scan(0, new TableReference("main", "t"), FIELDS, null);
    private static final PlanNode GROUPS =
            new PlanNode.Aggregate(SCAN, PlanNode.AggregateMode.PARTIAL, List.of(0), List.of(), FIELDS);
    private static final VersionManifest MANIFEST = VersionManifest.of(new TableVersion(new VersionId("abc", 1), null, 1,
            new TableName("main", "t"), "uuid", 1, 1, 0, "spec", 1, 2, null, FIELDS, 0, 0, 0, Map.of(), List.of(), List.of(), null),
            List.of());

    private final MemoryPool pool = MemoryPool.of(1 << 20);
    private final List<NarwhalException> failures = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void groupsOfAnAttemptThatBrokeOffAreForgotten(boolean inline) {
        List<Long> rows = read(GROUPS, inline, batches("1 2", "3"), batches("3 1", "2"));

        assertThat(rows).containsExactly(3L, 1L, 2L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatALeafMadeOfItsGroupsIsForgottenWithTheAttempt(boolean inline) {
        PlanNode having = new PlanNode.Filter(
                new PlanNode.Aggregate(GROUPS, PlanNode.AggregateMode.FINAL, List.of(0), List.of(), FIELDS),
                new Expression.Literal(true, ColumnType.BOOLEAN));

        List<Long> rows = read(having, inline, batches("2 1"), batches("1 3", "2"));

        assertThat(rows).containsExactly(1L, 3L, 2L);
    }

    @Test
    void rowsThatWereHandedOnAreSkippedInTheNextAttempt() {
        List<Long> rows = read(SCAN, false, batches("1 2", "3"), batches("1", "2 3 4", "5"));

        assertThat(rows).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    private static List<Batch> batches(String... rows) {
        return Arrays.stream(rows).map(row -> {
            long[] values = Arrays.stream(row.split(" ")).mapToLong(Long::parseLong).toArray();
            return new Batch(values.length, List.of(new LongColumn(values, null)));
        }).toList();
    }

    private List<Long> read(PlanNode root, boolean inline, List<Batch> first, List<Batch> second) {
        Transports.Local transport = Transports.local(pool);
        transport.register("a", handler(first, false));
        transport.register("b", handler(second, true));
        QueryMemory memory = pool.open("query", 0);
        QueryContext context = new QueryContext("query", Instant.now().plus(Duration.ofMinutes(1)), InstantSource.system(), memory);
        SegmentRouter.Part part = new SegmentRouter.Part(0, List.of(new PairId("s", "")), List.of(0), "a", 5);
        GatherSource.Leaf leaf = new GatherSource.Leaf(new Fragment(1, Fragment.Kind.LEAF, root), MANIFEST, List.of(part), List.of(), List.of(),
                1 << 20, inline);
        List<Long> rows = new ArrayList<>();
        try (transport; GatherSource source = new GatherSource(leaf, new GatherSource.Exchange(new TwoServers(), transport, context,
                InstantSource.system(), Schedulers.threads("gather-test", 1), new QueryStatistics()))) {
            for (Batch batch = source.next(); batch != null; batch = source.next()) {
                LongStream.of(((LongColumn) batch.column(0)).values()).limit(batch.rowCount()).forEach(rows::add);
            }
        }
        assertThat(failures).extracting(NarwhalException::code).containsExactly(ErrorCode.SERVER_STOPPING);
        assertThat(memory.reservedBytes()).isZero();
        return rows;
    }

    private final class TwoServers implements GatherSource.Servers {
        @Override
        public List<String> holders(SegmentRouter.Part part) {
            return List.of("a", "b");
        }

        @Override
        public List<String> tier() {
            return List.of("a", "b");
        }

        @Override
        public Transport.NodeAddress address(String server) {
            return new Transport.NodeAddress(server, "", 0);
        }

        @Override
        public void failed(String server, NarwhalException reason) {
            failures.add(reason);
        }
    }

    private static Transport.Handler handler(List<Batch> batches, boolean ends) {
        return new Transport.Handler() {
            @Override
            public FragmentTrailer execute(FragmentRequest request, QueryContext context, Consumer<Batch> sink) {
                batches.forEach(sink);
                if (!ends) {
                    throw NarwhalException.of(ErrorCode.SERVER_STOPPING, "Server [a] stops");
                }
                long rows = batches.stream().mapToLong(Batch::rowCount).sum();
                return new FragmentTrailer(request.queryId(), request.fragmentId(), request.part(), request.attempt(),
                        request.pairs().size(), FragmentTrailer.digest(request.pairs()), rows, batches.size(), rows, false);
            }

            @Override
            public byte[] call(String action, byte[] body, Consumer<byte[]> progress) {
                throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "No action [%s]", action);
            }
        };
    }
}
