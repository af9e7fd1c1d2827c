package org.narwhaldb.flight.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerHealthTest {
    private static final List<String> ALL = List.of("a", "b", "c");

    private final ServerHealth health = new ServerHealth();
    private Instant now = Instant.EPOCH;

    @Test
    void aServerThatFailedIsAskedLastForAWhile() {
        health.failed("a", now);

        assertThat(health.ordered(ALL, now)).containsExactly("b", "c", "a");
        assertThat(health.preferred(ALL, now)).containsExactly("b", "c");
        now = now.plus(ServerHealth.SUSPICION);
        assertThat(health.ordered(ALL, now)).containsExactlyElementsOf(ALL);
    }

    @Test
    void anAnswerToALaterQuestionEndsTheSuspicion() {
        Instant before = now;
        now = now.plusMillis(1);
        health.failed("a", now);

        health.answered("a", before);
        assertThat(health.preferred(ALL, now)).containsExactly("b", "c");
        health.answered("a", now.plusMillis(1));
        assertThat(health.preferred(ALL, now)).containsExactlyElementsOf(ALL);
    }

    @Test
    void aServerThatIsAboutToStopComesBeforeOneThatFailed() {
        health.failed("a", now);
        health.draining("b", true);

        assertThat(health.ordered(ALL, now)).containsExactly("c", "b", "a");
        health.draining("b", false);
        assertThat(health.ordered(ALL, now)).containsExactly("b", "c", "a");
    }

    @Test
    void whoeverIsTheOnlyOneIsAskedAllTheSame() {
        ALL.forEach(server -> health.failed(server, now));

        assertThat(health.preferred(ALL, now)).containsExactlyElementsOf(ALL);
        assertThat(health.ordered(ALL, now)).containsExactlyElementsOf(ALL);
    }
}
