package org.narwhaldb.store.object;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/// Ends a request whose body the server does not take: a socket's timeout is for reading only, and a write to a server that has
/// stopped waits for ever.
final class StallGuard implements SdkHttpClient {
    private static final int CHECKS_PER_LIMIT = 8;
    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("s3-stalls").factory());

    private final SdkHttpClient client;
    private final Duration limit;

    StallGuard(SdkHttpClient client, Duration limit) {
        this.client = client;
        this.limit = limit;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        if (request.contentStreamProvider().isEmpty()) {
            return client.prepareRequest(request);
        }
        Progress progress = new Progress();
        ContentStreamProvider body = request.contentStreamProvider().get();
        ExecutableHttpRequest prepared = client.prepareRequest(HttpExecuteRequest.builder()
                .request(request.httpRequest())
                .metricCollector(request.metricCollector().orElse(null))
                .contentStreamProvider(() -> new Watched(body.newStream(), progress)).build());
        return new Guarded(prepared, progress);
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }

    private static final class Progress {
        private volatile long last = System.nanoTime();
        /// All is written; what is awaited now is the answer, which the socket's timeout bounds.
        private volatile boolean written;
        private volatile boolean stalled;
    }

    private final class Guarded implements ExecutableHttpRequest {
        private final ExecutableHttpRequest request;
        private final Progress progress;

        private Guarded(ExecutableHttpRequest request, Progress progress) {
            this.request = request;
            this.progress = progress;
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            long every = limit.toNanos() / CHECKS_PER_LIMIT;
            Future<?> check = CLOCK.scheduleWithFixedDelay(this::check, every, every, TimeUnit.NANOSECONDS);
            try {
                return request.call();
            } catch (IOException | RuntimeException e) {
                if (progress.stalled) {
                    SocketTimeoutException timeout = new SocketTimeoutException(
                            "the server took nothing of the request's body for " + limit);
                    timeout.initCause(e);
                    throw timeout;
                }
                throw e;
            } finally {
                check.cancel(false);
            }
        }

        private void check() {
            if (!progress.written && System.nanoTime() - progress.last > limit.toNanos()) {
                progress.stalled = true;
                request.abort();
            }
        }

        @Override
        public void abort() {
            request.abort();
        }
    }

    private static final class Watched extends FilterInputStream {
        private final Progress progress;

        private Watched(InputStream in, Progress progress) {
            super(in);
            this.progress = progress;
            progress.last = System.nanoTime();
        }

        @Override
        public int read() throws IOException {
            return moved(super.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return moved(super.read(bytes, offset, length));
        }

        private int moved(int result) {
            progress.last = System.nanoTime();
            progress.written = result < 0;
            return result;
        }
    }
}
