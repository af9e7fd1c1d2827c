package org.narwhaldb.conformance.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The protocol under faults, briefly; [LongSimulationTest] goes on for a million steps. A failure prints its seed and
/// the command that replays it.
@Tag("simulation")
final class SimulationTest {
    private static final long STEPS = 10_000;

    @Test
    void everyAnswerIsOneVersionWholeAndNothingIsLostInTenThousandSteps() {
        Simulation.run(STEPS, Simulation.seed());
    }

    @Test
    void theSameSeedGivesTheSameRunToTheLastStep() {
        Simulation.Outcome first = Simulation.world(7, 1_500, Plant.NONE);
        Simulation.Outcome second = Simulation.world(7, 1_500, Plant.NONE);
        assertThat(second).isEqualTo(first);
        assertThat(first.answers()).isPositive();
    }
}
