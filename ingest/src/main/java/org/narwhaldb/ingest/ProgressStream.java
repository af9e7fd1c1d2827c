package org.narwhaldb.ingest;

import java.util.function.Consumer;

/// Thins out the progress of parallel workers for a client: what changes anything but the row count passes, row counts
/// by the hundred thousand. Thread-safe; passes one at a time.
final class ProgressStream implements Consumer<Progress> {
    private static final long ROWS_STEP = 100_000;

    private final Consumer<Progress> target;
    private Progress last = Progress.phase("", "");

    ProgressStream(Consumer<Progress> target) {
        this.target = target;
    }

    @Override
    public synchronized void accept(Progress progress) {
        boolean same = progress.phase().equals(last.phase()) && progress.file().equals(last.file())
                && progress.filesDone() == last.filesDone() && progress.filesTotal() == last.filesTotal()
                && progress.message().equals(last.message()) && progress.rows() / ROWS_STEP == last.rows() / ROWS_STEP;
        if (!same) {
            last = progress;
            target.accept(progress);
        }
    }
}
