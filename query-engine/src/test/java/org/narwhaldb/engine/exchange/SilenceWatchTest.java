package org.narwhaldb.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SilenceWatchTest {
    private final SilenceWatch watch = new SilenceWatch(3);
    private final AtomicInteger found = new AtomicInteger();

    SilenceWatchTest() {
        watch.onSilence(found::incrementAndGet);
    }

    private void ticks(int count) {
        for (int tick = 0; tick < count; tick++) {
            watch.tick();
        }
    }

    @Test
    void aPeerThatSaysNothingIsSilentOnce() {
        watch.waits();
        ticks(2);
        assertThat(watch.silent()).isFalse();
        ticks(5);
        assertThat(watch.silent()).isTrue();
        assertThat(found).hasValue(1);
    }

    @Test
    void anySignOfLifeBeginsTheCountAnew() {
        watch.waits();
        for (int message = 0; message < 10; message++) {
            ticks(2);
            watch.arrived();
            ticks(1);
            watch.took();
            watch.waits();
        }
        assertThat(watch.silent()).isFalse();
    }

    @Test
    void aCallerThatDoesNotWaitBlamesNobody() {
        watch.waits();
        watch.arrived();
        watch.took();
        ticks(100);
        assertThat(watch.silent()).isFalse();
        watch.waits();
        ticks(2);
        assertThat(watch.silent()).isFalse();
    }

    @Test
    void whatArrivedButWasNotTakenYetIsNoSilence() {
        watch.waits();
        watch.arrived();
        ticks(100);
        assertThat(watch.silent()).isFalse();
        watch.took();
        watch.waits();
        ticks(3);
        assertThat(watch.silent()).isTrue();
    }

    @Test
    void aSchemaIsNotTaken() {
        watch.expectUntaken();
        watch.waits();
        watch.arrived();
        ticks(4);
        assertThat(watch.silent()).isTrue();
    }

    @Test
    void anEndedCallIsNotSilent() {
        watch.waits();
        watch.ended();
        ticks(100);
        assertThat(watch.silent()).isFalse();
    }
}
