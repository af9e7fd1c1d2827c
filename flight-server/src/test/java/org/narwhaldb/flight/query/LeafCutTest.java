package org.narwhaldb.flight.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.batch.Column;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.SpillSpace;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.operator.Operator;
import org.narwhaldb.engine.plan.AggregateCall;
import org.narwhaldb.engine.plan.AggregateFunction;
import org.narwhaldb.engine.plan.AggregateStates;
import org.narwhaldb.engine.plan.Fragment;
import org.narwhaldb.engine.plan.PlanNode;
import org.narwhaldb.engine.plan.PlanNode.JoinType;
import org.narwhaldb.engine.plan.TableReference;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;

class LeafCutTest {
    private static final List<Field> KEY = List.of(new Field(0, "k", ColumnType.LONG, false));
    private static final PlanNode SCAN = new PlanNode.Scan(0, new TableReference("main", "t"),
            List.of(new Field(7, "k", ColumnType.LONG, false)), null);
    private static final PlanNode LOWER = join(SCAN, 1);
    private static final PlanNode UPPER = join(LOWER, 2);
    private static final AggregateCall COUNT =
            new AggregateCall(AggregateFunction.COUNT_STAR, List.of(), false, -1, "n", ColumnType.LONG);
    private static final Fragment LEAF = new Fragment(3, Fragment.Kind.LEAF, new PlanNode.Aggregate(UPPER,
            PlanNode.AggregateMode.PARTIAL, List.of(), List.of(COUNT), AggregateStates.partialOutput(KEY, List.of(), List.of(COUNT))));

    private static PlanNode join(PlanNode left, int build) {
        return new PlanNode.Join(JoinType.SEMI, left, new PlanNode.RemoteSource(build, KEY), List.of(0), List.of(0), null, KEY);
    }

    private static Broadcast broadcast(int fragment, int rows) {
        return new Broadcast(fragment, KEY, List.of(new Column.LongColumn(new long[rows], null)), rows, null);
    }

    @Test
    void aLeafWhoseBroadcastsFitARequestIsLeftWhole() {
        List<Broadcast> broadcasts = List.of(broadcast(1, 10), broadcast(2, 100));

        LeafCut cut = LeafCut.of(LEAF, broadcasts, 880);

        assertThat(cut.leaf()).isEqualTo(LEAF);
        assertThat(cut.above()).isNull();
        assertThat(cut.carried()).isEqualTo(broadcasts);
    }

    @Test
    void whatIsTooLargeForARequestStaysAtHomeWithAllThatIsAboveIt() {
        Broadcast small = broadcast(1, 10);

        LeafCut cut = LeafCut.of(LEAF, List.of(small, broadcast(2, 100)), 879);

        assertThat(cut.leaf().root()).isEqualTo(LOWER);
        assertThat(cut.carried()).containsExactly(small);
        PlanNode.Aggregate above = (PlanNode.Aggregate) cut.above();
        assertThat(above.input()).isEqualTo(join(new PlanNode.RemoteSource(3, KEY), 2));
        assertThat(above.output()).isEqualTo(LEAF.root().output());
    }

    @Test
    void theLowestJoinThatStaysAtHomeDecides() {
        LeafCut cut = LeafCut.of(LEAF, List.of(broadcast(1, 100), broadcast(2, 10)), 100);

        assertThat(cut.leaf().root()).isEqualTo(SCAN);
        assertThat(cut.carried()).isEmpty();
        assertThat(((PlanNode.Join) ((PlanNode.Aggregate) cut.above()).input()).left())
                .isEqualTo(join(new PlanNode.RemoteSource(3, KEY), 1));
    }

    @Test
    void whatIsInAFileStaysAtHome(@TempDir Path directory) {
        Broadcast inFile = inFile(2, directory);

        LeafCut cut = LeafCut.of(LEAF, List.of(broadcast(1, 10), inFile), Long.MAX_VALUE);

        assertThat(inFile.isInFile()).isTrue();
        assertThat(cut.leaf().root()).isEqualTo(LOWER);
        assertThat(cut.carried()).extracting(Broadcast::fragmentId).containsExactly(1);
        inFile.close();
        assertThat(directory).isEmptyDirectory();
    }

    private static Broadcast inFile(int fragment, Path directory) {
        MemoryPool memory = MemoryPool.of(1 << 18, SpillSpace.in(directory));
        QueryContext context = new QueryContext("q", Instant.MAX, () -> Instant.EPOCH, memory.open("q", 0));
        return Broadcast.collect(fragment, KEY, new Operator() {
            private int batches = 10;

            @Override
            public Batch next() {
                return batches-- > 0
                        ? new Batch(Batch.ROWS_MAX, List.of(new Column.LongColumn(new long[Batch.ROWS_MAX], null))) : null;
            }

            @Override
            public void close() {
                batches = 0;
            }
        }, context);
    }
}
