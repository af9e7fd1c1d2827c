package org.narwhaldb.store.object;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.narwhaldb.segment.error.ErrorCode;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// Puts a big file in parts, so that a failure costs a part and not the file. The object appears when the upload is completed; the
/// parts of one that was given up are removed, or by the bucket's lifecycle rule if that fails too.
final class S3Upload {
    private static final String OCTETS = "application/octet-stream";

    private final S3Client client;
    private final String bucket;
    private final String key;

    S3Upload(S3Client client, String bucket, String key) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
    }

    void put(Path file, long length, long partBytes) {
        String upload = client.createMultipartUpload(request -> request.bucket(bucket).key(key)).uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long offset = 0; offset < length; offset += partBytes) {
                parts.add(part(upload, parts.size() + 1, file, offset, Math.min(partBytes, length - offset)));
            }
            client.completeMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload).ifNoneMatch("*")
                    .multipartUpload(all -> all.parts(parts)));
        } catch (RuntimeException e) {
            discard(upload, e);
            throw e;
        }
    }

    private CompletedPart part(String upload, int number, Path file, long offset, long length) {
        RequestBody body = RequestBody.fromContentProvider(() -> range(file, offset, length), length, OCTETS);
        String eTag = client.uploadPart(request -> request.bucket(bucket).key(key).uploadId(upload).partNumber(number)
                .contentLength(length), body).eTag();
        return CompletedPart.builder().partNumber(number).eTag(eTag).build();
    }

    private void discard(String upload, RuntimeException failure) {
        try {
            client.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException e) {
            failure.addSuppressed(e);
        }
    }

    private static InputStream range(Path file, long offset, long length) {
        try {
            FileChannel channel = FileChannel.open(file);
            channel.position(offset);
            return new Limited(Channels.newInputStream(channel), length);
        } catch (IOException e) {
            throw LocalDisk.failure(ErrorCode.FILE_NOT_FOUND, "Cannot read [%s]".formatted(file), e);
        }
    }

    private static final class Limited extends InputStream {
        private final InputStream in;
        private long left;

        private Limited(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = left == 0 ? -1 : in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
