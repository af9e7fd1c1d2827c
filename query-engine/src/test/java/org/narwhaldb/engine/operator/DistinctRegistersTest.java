package org.narwhaldb.engine.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.kernel.DistinctHash;
import org.narwhaldb.engine.execution.QueryMemory;

/// Held against Apache DataSketches, which the states go to.
class DistinctRegistersTest {
    private static final double ROUNDING = 1e-9;

    private final MemoryPool pool = MemoryPool.of(1 << 30);
    private final QueryMemory account = pool.open("q", 0);
    private final Reservation reservation = new Reservation(account);
    private final Seed seed = new Seed();
    private final RandomGenerator random = seed.random();

    @AfterEach
    void release() {
        reservation.close();
        pool.close(account);
    }

    @Test
    void partsPutTogetherAreTheLibrarysSketchOfAllValues() {
        for (int round = 0; round < 30; round++) {
            int rows = (int) Math.pow(10, 1 + random.nextDouble() * 4.5);
            long range = 1 + (long) (rows * random.nextDouble() * 2);
            DistinctRegisters[] parts = new DistinctRegisters[1 + random.nextInt(4)];
            HllUnion expected = DistinctSketches.empty();
            long[] value = new long[1];
            int[] coupon = new int[1];
            for (int row = 0; row < rows; row++) {
                value[0] = random.nextLong(range) * 0x1000_0001L - range;
                int part = random.nextInt(10) == 0 ? random.nextInt(parts.length) : 0;
                parts[part] = parts[part] == null ? new DistinctRegisters(reservation) : parts[part];
                DistinctHash.coupons(value, 1, coupon);
                parts[part].add(coupon[0]);
                expected.update(value[0]);
            }
            DistinctRegisters all = new DistinctRegisters(reservation);
            for (DistinctRegisters part : parts) {
                if (part != null) {
                    all.add(part);
                }
            }

            assertSame(all.state(), expected, "%s round %d of %d rows".formatted(seed, round, rows));
        }
    }

    @Test
    void anyNumberOfValuesGivesTheLibrarysSketch() {
        for (int count : new int[] {1, 2, 8, 100, 1535, 1536, 1537, 1538, 2_048, 5_000, 250_000}) {
            long[] values = random.longs(count).toArray();
            int[] coupons = new int[count];
            DistinctHash.coupons(values, count, coupons);
            DistinctRegisters sketch = new DistinctRegisters(reservation);
            sketch.add(coupons, count);
            HllUnion expected = DistinctSketches.empty();
            for (int i = 0; i < count; i++) {
                expected.update(values[i]);
            }

            assertSame(sketch.state(), expected, "%s, %d values".formatted(seed, count));
        }
    }

    private static void assertSame(byte[] state, HllUnion expected, String description) {
        HllSketch sketch = DistinctSketches.ofState(state);
        double estimate = expected.getCompositeEstimate();
        assertThat(sketch.getCompositeEstimate()).as(description).isCloseTo(estimate, within(ROUNDING * (1 + estimate)));
        HllUnion onward = DistinctSketches.empty();
        onward.update(sketch);
        onward.update(DistinctSketches.result(expected));
        assertThat(onward.getCompositeEstimate()).as(description).isCloseTo(estimate, within(ROUNDING * (1 + estimate)));
    }
}
