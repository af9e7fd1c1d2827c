package org.narwhaldb.engine.operator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.ScanTask;
import org.narwhaldb.engine.execution.WorkerPool;

/// A leaf's plan over lanes of its blocks, several at a time on the process' workers. Yields what the lanes yield, in their order,
/// whoever is done first.
final class LanesOperator implements Operator {
    private static final int LANES_PER_WORKER = 2;

    private final List<List<ScanTask>> lanes;
    private final Function<List<ScanTask>, Operator> plan;
    private final Runnable onClose;
    private final QueryContext context;
    private final ArrayDeque<Lane> running = new ArrayDeque<>();
    private int next;

    /// @param plan makes the operators of a lane; called by any thread
    LanesOperator(List<List<ScanTask>> lanes, Function<List<ScanTask>, Operator> plan, Runnable onClose, QueryContext context) {
        this.lanes = lanes;
        this.plan = plan;
        this.onClose = onClose;
        this.context = context;
    }

    @Override
    public Batch next() {
        while (true) {
            context.check();
            while (!running.isEmpty()) {
                Batch batch = running.peekFirst().take();
                if (batch != null) {
                    return batch;
                }
                running.pollFirst().close();
            }
            if (next == lanes.size()) {
                return null;
            }
            WorkerPool workers = context.resources().workers();
            int end = Math.min(lanes.size(), next + LANES_PER_WORKER * workers.parallelism());
            while (next < end) {
                running.add(new Lane(lanes.get(next++)));
            }
            workers.run(new ArrayList<>(running));
        }
    }

    @Override
    public void close() {
        running.forEach(Lane::close);
        running.clear();
        next = lanes.size();
        onClose.run();
    }

    private final class Lane implements WorkerPool.Task {
        private final List<ScanTask> tasks;
        private final Reservation reservation = new Reservation(context.memory());
        private final ArrayDeque<Batch> batches = new ArrayDeque<>();
        private Operator operator;

        Lane(List<ScanTask> tasks) {
            this.tasks = tasks;
        }

        @Override
        public boolean step() {
            if (operator == null) {
                operator = plan.apply(tasks);
            }
            context.check();
            Batch batch = operator.next();
            if (batch == null) {
                return false;
            }
            reservation.grow(BatchBytes.of(batch));
            batches.add(batch);
            return true;
        }

        Batch take() {
            return batches.poll();
        }

        void close() {
            batches.clear();
            reservation.close();
            if (operator != null) {
                operator.close();
            }
        }
    }
}
