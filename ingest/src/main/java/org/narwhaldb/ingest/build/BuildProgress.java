package org.narwhaldb.ingest.build;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// How far a publication's builds are, and whether they should go on. Shared by its workers.
public final class BuildProgress {
    private final AtomicInteger filesTotal = new AtomicInteger();
    private final AtomicInteger filesDone = new AtomicInteger();
    private final AtomicLong rows = new AtomicLong();
    private final BooleanSupplier stopped;
    private final Runnable onChange;
    private volatile String file = "";

    /// @param stopped true once the work is no longer wanted, for example when the leadership was lost
    /// @param onChange called after each file and each few thousand rows, by any worker
    public BuildProgress(BooleanSupplier stopped, Runnable onChange) {
        this.stopped = stopped;
        this.onChange = onChange;
    }

    public int filesTotal() {
        return filesTotal.get();
    }

    public int filesDone() {
        return filesDone.get();
    }

    public long rows() {
        return rows.get();
    }

    /// The file begun last.
    public String file() {
        return file;
    }

    void begin(int files) {
        filesTotal.set(files);
        filesDone.set(0);
        rows.set(0);
        onChange.run();
    }

    void file(String path) {
        file = path;
        onChange.run();
    }

    void fileDone() {
        filesDone.incrementAndGet();
        onChange.run();
    }

    void rows(long more) {
        check();
        rows.addAndGet(more);
        onChange.run();
    }

    /// @throws NarwhalException CLUSTER_UNAVAILABLE when the build is to end
    void check() {
        if (stopped.getAsBoolean()) {
            throw NarwhalException.of(ErrorCode.CLUSTER_UNAVAILABLE,
                    "This node no longer leads the table; its build ends here");
        }
    }
}
