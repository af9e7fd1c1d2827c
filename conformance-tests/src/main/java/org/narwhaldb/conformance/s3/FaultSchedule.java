package org.narwhaldb.conformance.s3;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Which request is hit by which fault: drawn from a seed in the order in which requests come. One target (method, path and
/// query) is hit at most `perTargetMax` times, so that a client that tries once more than that is sure to succeed.
public final class FaultSchedule {
    /// @param delayMillisMax of a SLOW request
    public record Rules(double share, Set<Fault> kinds, int perTargetMax, int delayMillisMax) {
        public static final Set<Fault> FAST = Set.of(
                Fault.SLOW, Fault.SLOW_DOWN, Fault.INTERNAL_ERROR, Fault.RESET, Fault.LOST_ANSWER, Fault.TRUNCATED);
    }

    /// @param draw in [0, 1): where an answer is cut, how long a wait is
    record Injection(Fault fault, double draw) {
        static final Injection NONE = new Injection(Fault.NONE, 0);
    }

    private final Rules rules;
    private final List<Fault> kinds;
    private final RandomGenerator random;
    private final Map<String, Integer> hits = new HashMap<>();
    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    private boolean on = true;

    public FaultSchedule(long seed, Rules rules) {
        this.rules = rules;
        this.kinds = rules.kinds().stream().sorted().toList();
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    public synchronized void turn(boolean nowOn) {
        on = nowOn;
    }

    synchronized Injection next(String method, String target) {
        Injection injection = draw(method + " " + target);
        counts.merge(injection.fault(), 1L, Long::sum);
        return injection;
    }

    private Injection draw(String target) {
        if (!on || random.nextDouble() >= rules.share()) {
            return Injection.NONE;
        }
        Fault fault = kinds.get(random.nextInt(kinds.size()));
        double draw = random.nextDouble();
        if (fault != Fault.SLOW && rules.perTargetMax() < Integer.MAX_VALUE
                && hits.merge(target, 1, Integer::sum) > rules.perTargetMax()) {
            return Injection.NONE;
        }
        return new Injection(fault, draw);
    }

    int delayMillisMax() {
        return rules.delayMillisMax();
    }

    /// How many requests came, by what happened to them.
    public synchronized Map<Fault, Long> counts() {
        return new EnumMap<>(counts);
    }
}
