package org.narwhaldb.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// One query's identity, deadline, cancellation and memory inside one JVM. Thread-safe.
public final class QueryContext {
    private final String queryId;
    private final Instant deadline;
    private final InstantSource clock;
    private final QueryMemory memory;
    private final List<Runnable> onCancel = new ArrayList<>();
    /// itself, unless it only charges another account
    private final QueryContext whole;
    private volatile NarwhalException cancelled;
    private volatile ProcessResources resources = ProcessResources.NONE;

    public QueryContext(String queryId, Instant deadline, InstantSource clock, QueryMemory memory) {
        this.queryId = queryId;
        this.deadline = deadline;
        this.clock = clock;
        this.memory = memory;
        this.whole = this;
    }

    private QueryContext(QueryContext whole, QueryMemory memory) {
        this.queryId = whole.queryId;
        this.deadline = whole.deadline;
        this.clock = whole.clock;
        this.memory = memory;
        this.whole = whole;
    }

    /// The same query, charged by way of another account.
    public QueryContext charging(QueryMemory account) {
        return new QueryContext(whole, account);
    }

    public String queryId() {
        return queryId;
    }

    public QueryMemory memory() {
        return memory;
    }

    /// What the process shares among its queries; nothing until [#use] says otherwise.
    public ProcessResources resources() {
        return whole.resources;
    }

    public void use(ProcessResources shared) {
        whole.resources = shared;
    }

    public Instant deadline() {
        return deadline;
    }

    public Duration remaining() {
        return Duration.between(clock.instant(), deadline);
    }

    /// @throws NarwhalException the reason of cancellation, or QUERY_TIMEOUT past the deadline
    public void check() {
        NarwhalException reason = whole.cancelled;
        if (reason != null) {
            throw reason;
        }
        if (clock.instant().isAfter(deadline)) {
            throw NarwhalException.of(ErrorCode.QUERY_TIMEOUT, "Query [%s] ran past its deadline [%s]", queryId, deadline);
        }
    }

    public boolean isCancelled() {
        return whole.cancelled != null;
    }

    /// The first reason wins. Runs the hooks, in the caller's thread.
    public void cancel(NarwhalException reason) {
        if (whole != this) {
            whole.cancel(reason);
            return;
        }
        List<Runnable> hooks;
        synchronized (this) {
            if (cancelled != null) {
                return;
            }
            cancelled = reason;
            hooks = List.copyOf(onCancel);
            onCancel.clear();
        }
        hooks.forEach(Runnable::run);
    }

    /// Runs `hook` when the query is cancelled; at once if it already is.
    public void onCancel(Runnable hook) {
        if (whole != this) {
            whole.onCancel(hook);
            return;
        }
        synchronized (this) {
            if (cancelled == null) {
                onCancel.add(hook);
                return;
            }
        }
        hook.run();
    }
}
