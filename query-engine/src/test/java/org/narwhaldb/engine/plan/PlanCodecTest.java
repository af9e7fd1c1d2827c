package org.narwhaldb.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class PlanCodecTest {
    private static final PlanNode SOURCE = new PlanNode.RemoteSource(1, List.of());

    private final long seed = Long.getLong("narwhal.seed", System.nanoTime());
    private final String replay = "-Dnarwhal.seed=" + seed;

    @Test
    void everyPlanComesBackAsItWasAndHasOneForm() {
        RandomPlans plans = new RandomPlans(new Random(seed));
        for (int round = 0; round < 500; round++) {
            PlanNode plan = plans.node(4);

            byte[] bytes = PlanCodec.encode(plan);
            PlanNode decoded = PlanCodec.decode(bytes);

            assertThat(decoded).as(replay).isEqualTo(plan);
            assertThat(PlanCodec.encode(decoded)).as(replay).isEqualTo(bytes);
        }
    }

    @Test
    void truncatedBytesAreRefused() {
        PlanNode plan = new RandomPlans(new Random(seed)).node(4);
        byte[] bytes = PlanCodec.encode(plan);
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> PlanCodec.decode(shorter)).as(replay).isInstanceOfSatisfying(
                    NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
        }
    }

    @Test
    void flippedBytesGiveAPlanOrARefusalAndNothingElse() {
        Random random = new Random(seed);
        RandomPlans plans = new RandomPlans(random);
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = PlanCodec.encode(plans.node(3));
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                PlanCodec.encode(PlanCodec.decode(bytes));
            } catch (NarwhalException e) {
                assertThat(e.code()).as(replay).isEqualTo(ErrorCode.INVALID_REQUEST);
            }
        }
    }

    @Test
    void bytesAfterThePlanAreRefused() {
        byte[] bytes = PlanCodec.encode(SOURCE);
        assertThatThrownBy(() -> PlanCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessageContaining("[1] bytes follow");
    }

    @Test
    void anotherVersionIsRefusedByName() {
        byte[] bytes = PlanCodec.encode(SOURCE);
        bytes[2] = 9;
        assertThatThrownBy(() -> PlanCodec.decode(bytes)).hasMessageContaining("version is [9]");
    }

    @Test
    void aPlanThatIsTooDeepIsRefusedOnBothSides() {
        PlanNode deep = SOURCE;
        for (int level = 0; level < PlanCodec.DEPTH_MAX; level++) {
            deep = new PlanNode.Limit(deep, 0, 1);
        }
        PlanNode tooDeep = deep;
        assertThatThrownBy(() -> PlanCodec.encode(tooDeep)).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));

        byte[] limits = new byte[100_000];
        Arrays.fill(limits, (byte) PlanTag.LIMIT.ordinal());
        System.arraycopy(PlanCodec.encode(SOURCE), 0, limits, 0, 3);
        assertThatThrownBy(() -> PlanCodec.decode(limits)).hasMessageContaining("deeper than [200]");
    }

    @Test
    void aListLongerThanTheBytesIsRefusedBeforeItIsMade() {
        byte[] bytes = {'N', 'P', 1, (byte) PlanTag.UNION.ordinal(), -1, -1, -1, -1, 7};
        assertThatThrownBy(() -> PlanCodec.decode(bytes)).hasMessageContaining("announces [2147483647] elements");
    }

    @Test
    void aPlanThatIsTooLargeIsRefused() {
        Expression.Literal huge = new Expression.Literal(new byte[PlanCodec.SIZE_BYTES_MAX], ColumnType.BINARY);
        assertThatThrownBy(() -> PlanCodec.encode(new PlanNode.Filter(SOURCE, huge))).isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
        assertThatThrownBy(() -> PlanCodec.decode(new byte[PlanCodec.SIZE_BYTES_MAX + 1]))
                .hasMessageContaining("larger than");
    }
}
