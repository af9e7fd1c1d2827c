package org.narwhaldb.conformance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.narwhaldb.conformance.processes.ProcessRole;

final class AttackScheduleTest {
    private static final Map<ProcessRole, Integer> MEMBERS = Map.of(ProcessRole.CONTROLLER, 3, ProcessRole.INGEST, 2,
            ProcessRole.SEGMENT_SERVER, 4, ProcessRole.FRONT_END, 2, ProcessRole.ZOOKEEPER, 1);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    @Test
    void aSeedSaysEverything() {
        List<Attack> attacks = AttackSchedule.of(42, MEMBERS, TEN_MINUTES);

        assertThat(AttackSchedule.of(42, MEMBERS, TEN_MINUTES)).isEqualTo(attacks);
        assertThat(AttackSchedule.of(43, MEMBERS, TEN_MINUTES)).isNotEqualTo(attacks);
    }

    @Test
    void everyKindComesOnceBeforeAnyComesAgain() {
        Set<String> kinds = new HashSet<>();
        List<Attack> attacks = AttackSchedule.of(7, MEMBERS, TEN_MINUTES);
        attacks.subList(0, 20).forEach(attack -> kinds.add(attack.name()));

        assertThat(kinds).hasSizeGreaterThanOrEqualTo(15).contains("kill -9 zookeeper", "SIGSTOP ingest", "cut link segment-server");
        assertThat(attacks.stream().map(Attack::length).mapToLong(Duration::toMillis).sum()).as("fills the time").isGreaterThan(400_000);
    }

    @Test
    void neverTwoOfOneRoleAtOnce() {
        for (long seed = 0; seed < 200; seed++) {
            List<Attack> attacks = AttackSchedule.of(seed, MEMBERS, TEN_MINUTES);
            for (int index = 0; index + 1 < attacks.size(); index++) {
                if (attacks.get(index).withNext()) {
                    assertThat(attacks.get(index).role()).as("seed %d, attack %d", seed, index).isNotEqualTo(attacks.get(index + 1).role());
                    assertThat(attacks.get(index + 1).withNext()).as("three at once").isFalse();
                }
            }
        }
    }
}
