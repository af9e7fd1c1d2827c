package org.narwhaldb.engine.exchange;

/// Whether the peer of one call has fallen silent: nothing came for a number of ticks in which the caller waited and had
/// taken all that came before. A state machine without clock or threads.
///
/// Ticks are counted, not time measured: when this process itself was stopped or starved, the first tick after it finds
/// what has arrived meanwhile, and no peer is blamed. Back-pressure is no silence either: a caller that does not wait
/// for the peer blames nobody.
final class SilenceWatch {
    private final int ticksMax;
    private long arrived;
    private long arrivedAtTick;
    private long taken;
    private int silentTicks;
    private boolean waiting;
    private boolean ended;
    private boolean silent;
    private Runnable onSilence = () -> {};

    /// @param ticksMax how many ticks without a sign of life are silence
    SilenceWatch(int ticksMax) {
        this.ticksMax = ticksMax;
    }

    /// `hook` runs once, on the ticking thread, when the peer is found silent.
    synchronized void onSilence(Runnable hook) {
        onSilence = hook;
    }

    /// The connection delivered a message.
    synchronized void arrived() {
        arrived++;
    }

    /// The call is over; the caller is about to learn it.
    synchronized void ended() {
        ended = true;
    }

    /// The caller asks for the next message.
    synchronized void waits() {
        waiting = true;
        silentTicks = 0;
    }

    /// The caller has got a message, or has given up.
    synchronized void took() {
        waiting = false;
        taken++;
    }

    /// A message that no caller takes: a stream's schema.
    synchronized void expectUntaken() {
        taken++;
    }

    synchronized boolean silent() {
        return silent;
    }

    void tick() {
        Runnable hook;
        synchronized (this) {
            boolean signOfLife = arrived != arrivedAtTick || arrived > taken;
            arrivedAtTick = arrived;
            silentTicks = waiting && !ended && !signOfLife ? silentTicks + 1 : 0;
            if (silent || silentTicks < ticksMax) {
                return;
            }
            silent = true;
            hook = onSilence;
        }
        hook.run();
    }
}
