package org.narwhaldb.conformance.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulator can fail: each fault put into the product at one of its seams is found within the budget.
@Tag("slow")
@Tag("simulation")
final class PlantedFaultTest {
    private static final long BUDGET_STEPS = 200_000;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedFaultIsFoundWithinTheBudget(Plant plant) {
        long steps = 0;
        Simulation.Outcome outcome = null;
        for (long seed = 1; steps < BUDGET_STEPS && (outcome == null || outcome.failure() == null); seed++) {
            outcome = Simulation.world(seed, Simulation.WORLD_STEPS, plant);
            steps += outcome.steps();
        }
        assertThat(outcome.failure()).as("%s within %d steps", plant, BUDGET_STEPS).isNotNull();
        System.out.printf("%s: found after %d steps: %s%n", plant, steps, outcome.failure().getMessage());
    }
}
