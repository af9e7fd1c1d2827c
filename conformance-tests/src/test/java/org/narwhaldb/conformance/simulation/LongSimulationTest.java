package org.narwhaldb.conformance.simulation;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `-Dnarwhal.steps=10000000` for more, `-Dnarwhal.seed=N` for another seed.
@Tag("slow")
@Tag("simulation")
final class LongSimulationTest {

    @Test
    void everyAnswerIsOneVersionWholeAndNothingIsLostInAMillionSteps() {
        Simulation.run(Long.getLong("narwhal.steps", 1_000_000), Simulation.seed());
    }
}
