package org.narwhaldb.conformance.simulation;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.exchange.FragmentRequest;
import org.narwhaldb.engine.exchange.FragmentTrailer;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.engine.execution.MemoryPool;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.QueryMemory;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Messages between processes. A request or its answer may be late, be lost (the caller learns of a broken connection),
/// or arrive twice; a stream of batches keeps their order, as TCP does, but may break, stall, or end too early with a
/// trailer that does not check.
final class SimulatedNetwork {
    private static final Duration BROKEN_AFTER = Duration.ofSeconds(20);

    private final Loop loop;
    private final Faults faults;
    private final Checker checker;
    private final Map<String, Node> nodes = new HashMap<>();

    private record Node(SimulatedProcess process, Transport.Handler handler, MemoryPool memory) {}

    SimulatedNetwork(Loop loop, Faults faults, Checker checker) {
        this.loop = loop;
        this.faults = faults;
        this.checker = checker;
    }

    void register(String id, SimulatedProcess process, Transport.Handler handler, MemoryPool memory) {
        nodes.put(id, new Node(process, handler, memory));
    }

    Transport of(SimulatedProcess process) {
        return new Caller(process);
    }

    private static NarwhalException unreachable(String id) {
        return NarwhalException.of(ErrorCode.SERVER_UNREACHABLE, "Lost server [%s]", id);
    }

    /// What one call is waiting for: progress, then one answer; the first answer counts.
    private static final class Mailbox {
        private final ArrayDeque<byte[]> progress = new ArrayDeque<>();
        private byte[] answer;
        private NarwhalException failure;

        synchronized void answer(byte[] result, NarwhalException reason) {
            if (answer == null && failure == null) {
                answer = result;
                failure = reason;
                notifyAll();
            }
        }
    }

    private final class Caller implements Transport {
        private final SimulatedProcess process;

        Caller(SimulatedProcess process) {
            this.process = process;
        }

        private Node node(NodeAddress address) {
            Node node = nodes.get(address.id());
            if (node == null || !node.process.alive()) {
                throw new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "Nothing listens at server [%s]".formatted(address.id()),
                        new ConnectException("Connection refused"));
            }
            return node;
        }

        @Override
        public byte[] call(NodeAddress address, String action, byte[] body, Duration timeout, Consumer<byte[]> progress) {
            process.step("call " + action + " of " + address.id());
            Node node = node(address);
            Mailbox mailbox = new Mailbox();
            Runnable lost = () -> process.start("lost", () -> mailbox.answer(null, unreachable(address.id())));
            node.process.onDeath(() -> loop.at(loop.between(1, 2_000), lost));
            if (faults.chance(faults.lostRequest)) {
                loop.at(BROKEN_AFTER, lost);
            } else {
                int copies = faults.chance(faults.doubled) ? 2 : 1;
                for (int copy = 0; copy < copies; copy++) {
                    loop.at(faults.delay(), () -> node.process.start(action, () -> serve(node, action, body, mailbox, lost)));
                }
            }
            return await(address, action, timeout, mailbox);
        }

        private void serve(Node node, String action, byte[] body, Mailbox mailbox, Runnable lost) {
            node.process.step("asked: " + action);
            byte[] answer = null;
            NarwhalException failure = null;
            try {
                answer = node.handler.call(action, body, step -> { });
            } catch (NarwhalException e) {
                failure = e;
            }
            node.process.step("answers: " + action);
            byte[] result = answer;
            NarwhalException reason = failure;
            if (faults.chance(faults.lostAnswer)) {
                loop.at(BROKEN_AFTER, lost);
            } else {
                loop.at(faults.delay(), () -> process.start("answer", () -> mailbox.answer(result, reason)));
            }
        }

        private byte[] await(NodeAddress address, String action, Duration timeout, Mailbox mailbox) {
            Instant end = loop.now().plus(timeout);
            synchronized (mailbox) {
                while (mailbox.answer == null && mailbox.failure == null) {
                    Duration left = Duration.between(loop.now(), end);
                    if (!left.isPositive()) {
                        throw NarwhalException.of(ErrorCode.QUERY_TIMEOUT, "Server [%s] did not answer [%s] in time", address.id(), action);
                    }
                    try {
                        process.await(mailbox, left);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
            process.step("answered: " + action);
            if (mailbox.failure != null) {
                throw mailbox.failure;
            }
            return mailbox.answer;
        }

        @Override
        public FragmentStream execute(NodeAddress address, FragmentRequest request, QueryContext context) {
            context.check();
            process.step("execute on " + address.id());
            Node node = node(address);
            Stream stream = new Stream(process, node, address.id(), request, context);
            node.process.onDeath(() -> stream.breakOff(loop.between(1, 2_000)));
            if (faults.chance(faults.lostRequest)) {
                stream.breakOff(BROKEN_AFTER);
            } else {
                loop.at(faults.delay(), () -> node.process.start("fragment", stream::produce));
                if (faults.chance(faults.doubled)) {
                    Stream twin = new Stream(process, node, address.id(), request, context);
                    loop.at(faults.delay(), () -> node.process.start("fragment", twin::produce));
                }
            }
            return stream;
        }

        @Override
        public void close() {}
    }

    /// One attempt's rows on their way.
    private final class Stream implements Transport.FragmentStream {
        private final SimulatedProcess reader;
        private final Node server;
        private final String serverId;
        private final FragmentRequest request;
        private final QueryContext context;
        private final QueryContext serverContext;
        private final QueryMemory account;
        private final List<Runnable> sent = new ArrayList<>();
        private final ArrayDeque<Batch> arrived = new ArrayDeque<>();
        private final boolean cut = faults.chance(faults.cutShort);
        private final int batchesBeforeCut = cut ? loop.below(2) : 0;
        private boolean delivering;
        private boolean ended;
        private boolean closed;
        private FragmentTrailer trailer;
        private NarwhalException failure;

        Stream(SimulatedProcess reader, Node server, String serverId, FragmentRequest request, QueryContext context) {
            this.reader = reader;
            this.server = server;
            this.serverId = serverId;
            this.request = request;
            this.context = context;
            this.account = server.memory.open(request.queryId(), request.memoryLimitBytes());
            context.onCancel(this::ring);
            this.serverContext = new QueryContext(request.queryId(), Instant.ofEpochMilli(request.deadlineEpochMillis()),
                    server.process, account);
        }

        void produce() {
            server.process.step("runs fragment " + request.part() + " attempt " + request.attempt());
            try {
                long[] passed = new long[2];
                FragmentTrailer result = server.handler.execute(request, serverContext, batch -> {
                    server.process.step("sends batch");
                    serverContext.check();
                    if (cut && passed[0] >= batchesBeforeCut) {
                        return;
                    }
                    passed[0]++;
                    passed[1] += batch.rowCount();
                    send(() -> arrived.add(batch));
                });
                if (cut && faults.chance(0.5)) {
                    send(() -> failure = unreachable(serverId));
                } else {
                    FragmentTrailer told = checker.plant().ignoresTrailer() ? forged(result, (int) passed[0], passed[1])
                            : cut && faults.chance(0.5) ? null : result;
                    send(() -> {
                        trailer = told;
                        ended = true;
                    });
                }
            } catch (NarwhalException e) {
                send(() -> failure = e);
            } finally {
                server.memory.close(account);
            }
        }

        private synchronized void ring() {
            notifyAll();
        }

        /// What a reader that believes any trailer would see.
        private FragmentTrailer forged(FragmentTrailer honest, int batches, long rows) {
            return new FragmentTrailer(request.queryId(), request.fragmentId(), request.part(), request.attempt(), request.pairs().size(),
                    FragmentTrailer.digest(request.pairs()), rows, batches, honest.rowsScanned(), honest.hasGroupsOnce());
        }

        /// In order, one after the other, however late.
        private void send(Runnable effect) {
            sent.add(effect);
            if (!delivering) {
                delivering = true;
                loop.at(faults.delay(), this::deliver);
            }
        }

        private void deliver() {
            Runnable effect = sent.removeFirst();
            reader.start("deliver", () -> {
                synchronized (this) {
                    if (failure == null && !ended) {
                        effect.run();
                    }
                    notifyAll();
                }
                if (sent.isEmpty()) {
                    delivering = false;
                } else {
                    loop.at(faults.delay(), this::deliver);
                }
            });
        }

        void breakOff(Duration after) {
            loop.at(after, () -> reader.start("broken", () -> {
                synchronized (this) {
                    if (failure == null && !ended) {
                        failure = unreachable(serverId);
                    }
                    notifyAll();
                }
            }));
        }

        @Override
        public Batch next() {
            reader.step("next batch");
            synchronized (this) {
                while (true) {
                    context.check();
                    if (closed) {
                        throw NarwhalException.of(ErrorCode.QUERY_CANCELLED, "The stream is closed");
                    }
                    if (!arrived.isEmpty()) {
                        return arrived.removeFirst();
                    }
                    if (failure != null) {
                        throw failure;
                    }
                    if (ended) {
                        return null;
                    }
                    try {
                        reader.await(this, context.remaining().plusMillis(1));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }

        @Override
        public FragmentTrailer trailer() {
            return trailer;
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
                notifyAll();
            }
            loop.at(faults.delay(), () -> server.process.start("cancel", () -> serverContext.cancel(
                    NarwhalException.of(ErrorCode.QUERY_CANCELLED, "The caller has closed the stream"))));
        }
    }
}
