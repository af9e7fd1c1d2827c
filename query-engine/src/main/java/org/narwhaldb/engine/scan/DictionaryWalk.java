package org.narwhaldb.engine.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.narwhaldb.engine.execution.QueryContext;
import org.narwhaldb.engine.execution.WorkerPool;
import org.narwhaldb.segment.SegmentDictionary;

/// Asks something of all values of a dictionary, on all threads of the pool.
final class DictionaryWalk {
    /// Of one step; a multiple of 64, so that no two threads set bits of one word.
    private static final int CODES_AT_ONCE = 1 << 14;

    private DictionaryWalk() {}

    /// Asks about codes `[from, to)`. One thread at a time.
    @FunctionalInterface
    interface Question {
        void ask(int from, int to);
    }

    /// @param questions one for each thread
    static void run(int size, QueryContext context, Supplier<Question> questions) {
        WorkerPool workers = context.resources().workers();
        int threads = Math.clamp(size / CODES_AT_ONCE, 1, workers.parallelism());
        AtomicInteger next = new AtomicInteger();
        int steps = (size + CODES_AT_ONCE - 1) / CODES_AT_ONCE;
        List<WorkerPool.Task> tasks = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Question question = questions.get();
            tasks.add(() -> {
                int step = next.getAndIncrement();
                if (step < steps) {
                    context.check();
                    int from = step * CODES_AT_ONCE;
                    question.ask(from, Math.min(size, from + CODES_AT_ONCE));
                }
                return step < steps;
            });
        }
        workers.run(tasks);
    }

    /// Adds the values that contain the text.
    static void addContaining(byte[] text, SegmentDictionary dictionary, CodeSet set, QueryContext context) {
        run(dictionary.size(), context, () -> {
            Contains contains = new Contains(text, set);
            return (from, to) -> dictionary.walk(from, to, contains);
        });
    }

    /// Looks where a value differs from the one before: a match in front of that is one of both.
    private static final class Contains implements SegmentDictionary.Visitor {
        private static final int NONE = Integer.MAX_VALUE;

        private final byte[] text;
        private final CodeSet set;
        /// of the first match in the value before
        private int matchEnd;

        Contains(byte[] text, CodeSet set) {
            this.text = text;
            this.set = set;
        }

        @Override
        public void visit(int code, byte[] bytes, int start, int length, int shared) {
            if (shared == 0 || matchEnd > shared) {
                int from = Math.max(0, shared - text.length + 1);
                matchEnd = matchEnd(bytes, start + from, start + length, start);
            }
            if (matchEnd != NONE) {
                set.add(code);
            }
        }

        private int matchEnd(byte[] bytes, int from, int to, int start) {
            byte[] sought = text;
            int last = sought.length - 1;
            byte lastByte = sought[last];
            for (int at = from + last; at < to; at++) {
                if (bytes[at] == lastByte && isAt(bytes, at - last, sought)) {
                    return at + 1 - start;
                }
            }
            return NONE;
        }

        private static boolean isAt(byte[] bytes, int at, byte[] sought) {
            for (int i = 0; i < sought.length - 1; i++) {
                if (bytes[at + i] != sought[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
