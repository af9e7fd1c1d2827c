package org.narwhaldb.store.object;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// The body of a GET that ends where the answer's head said, or with an error. When the connection fails before, the rest is asked
/// for as a range of the same object (by its ETag) and the reader notices nothing; after so many failures in a row with little
/// between them, [IncompleteReadException].
final class ObjectStream extends InputStream {
    private static final int FAILURES_MAX = 6;
    /// A failure after that many bytes counts as the first again.
    private static final long PROGRESS_BYTES = 1 << 20;
    private static final Duration PAUSE = Duration.ofMillis(15);
    private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/.*");

    private final S3Client client;
    private final GetObjectRequest request;
    private final String eTag;
    /// Position in the object of the next byte, and of the first one that is not wanted; -1: the head does not say it.
    private long position;
    private final long end;
    private ResponseInputStream<GetObjectResponse> in;
    private int failures;
    private long failedAt;
    private boolean closed;

    ObjectStream(S3Client client, GetObjectRequest request, ResponseInputStream<GetObjectResponse> first) {
        this.client = client;
        this.request = request;
        this.in = first;
        GetObjectResponse response = first.response();
        this.eTag = response.eTag();
        Matcher range = RANGE.matcher(response.contentRange() == null ? "" : response.contentRange());
        if (range.matches()) {
            position = Long.parseLong(range.group(1));
            end = Long.parseLong(range.group(2)) + 1;
        } else {
            end = response.contentLength() == null ? -1 : response.contentLength();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        while (length > 0 && !isAtEnd()) {
            try {
                int count = in == null ? reopen() : in.read(bytes, offset, length);
                if (count > 0) {
                    position += count;
                    return count;
                }
                if (count < 0) {
                    if (end < 0) {
                        return -1;
                    }
                    throw new IOException("the body ended early");
                }
            } catch (IOException | SdkException e) {
                goOn(e);
            }
        }
        if (length == 0) {
            return 0;
        }
        finish();
        return -1;
    }

    private boolean isAtEnd() {
        return end >= 0 && position >= end;
    }

    /// Lets the SDK see the end: it compares the checksum then, if the server has sent one, and keeps the connection.
    private void finish() throws IOException {
        if (in == null) {
            return;
        }
        try {
            if (in.read() >= 0) {
                throw incomplete("more bytes than its head promised", null);
            }
            in.close();
            in = null;
        } catch (SdkException e) {
            throw incomplete(e.getMessage(), e);
        } finally {
            drop();
        }
    }

    private int reopen() {
        GetObjectRequest.Builder rest = request.toBuilder().range("bytes=%d-%d".formatted(position, end - 1));
        if (eTag != null) {
            rest.ifMatch(eTag);
        }
        in = client.getObject(rest.build(), ResponseTransformer.toInputStream());
        return 0;
    }

    private void goOn(Exception failure) throws IncompleteReadException {
        drop();
        failures = position - failedAt >= PROGRESS_BYTES ? 1 : failures + 1;
        failedAt = position;
        // the SDK has done its own retries, or its checksum differs
        boolean isFinal = failure instanceof SdkException;
        if (end < 0 || isFinal || failures > FAILURES_MAX || Thread.currentThread().isInterrupted()) {
            throw incomplete(failure.getMessage(), failure);
        }
        LockSupport.parkNanos(PAUSE.toNanos() << failures);
    }

    private IncompleteReadException incomplete(String reason, Exception cause) {
        return new IncompleteReadException("Cannot read s3://%s/%s: at byte %d of %s: %s".formatted(
                request.bucket(), request.key(), position, end < 0 ? "unknown" : end, reason), cause);
    }

    private void drop() {
        if (in != null) {
            in.abort();
            in = null;
        }
    }

    void abort() {
        closed = true;
        drop();
    }

    @Override
    public int available() throws IOException {
        return in == null ? 0 : in.available();
    }

    @Override
    public void close() {
        abort();
    }
}
