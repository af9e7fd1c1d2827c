package org.narwhaldb.store.object;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A store under a prefix of an S3 bucket. An object appears whole by S3's own rule; `If-None-Match: *` keeps a put
/// from replacing what stands there. Failures that pass are waited out by the client ([S3Clients]).
final class S3ObjectStore implements ObjectStore {
    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;
    /// Of files more than twice as big.
    private static final long PART_BYTES = 32L << 20;
    private static final int CONFLICTS_MAX = 20;
    private static final long CONFLICT_PAUSE_NANOS = 100_000_000;

    private final S3Client client;
    private final String bucket;
    private final String prefix;

    S3ObjectStore(S3Client client, String bucket, String prefix) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    static boolean accepts(String uri) {
        return uri.startsWith("s3:") || uri.startsWith("s3a:") || uri.startsWith("s3n:");
    }

    static S3ObjectStore open(String rootUri, Map<String, String> properties) {
        URI uri = URI.create(rootUri);
        String bucket = uri.getAuthority();
        if (bucket == null || bucket.isEmpty()) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "Cannot open store [%s]: no bucket; expected s3://bucket/prefix", rootUri);
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        String prefix = path.replaceAll("^/+|/+$", "");
        return new S3ObjectStore(S3Clients.open(properties), bucket, prefix.isEmpty() ? "" : prefix + "/");
    }

    @Override
    public void put(String name, byte[] content) {
        String key = key(name);
        RequestBody body = RequestBody.fromBytes(content);
        create(name, content.length,
                () -> client.putObject(request -> request.bucket(bucket).key(key).ifNoneMatch("*"), body));
    }

    @Override
    public void put(String name, Path file) {
        if (!Files.isRegularFile(file)) {
            throw NarwhalException.of(ErrorCode.FILE_NOT_FOUND, "Cannot read [%s]: no such file", file);
        }
        String key = key(name);
        long length = file.toFile().length();
        create(name, length, () -> {
            if (length > PART_BYTES * 2) {
                new S3Upload(client, bucket, key).put(file, length, PART_BYTES);
            } else {
                client.putObject(request -> request.bucket(bucket).key(key).ifNoneMatch("*"), file);
            }
        });
    }

    /// A refusal because the object is there is how a repeated put ends whose first answer was lost.
    private void create(String name, long length, Runnable put) {
        for (int attempt = 1;; attempt++) {
            try {
                put.run();
                return;
            } catch (S3Exception e) {
                boolean underWay = e.statusCode() == CONFLICT;
                if (e.statusCode() == PRECONDITION_FAILED || underWay && exists(name)) {
                    requireLength(name, length);
                    return;
                }
                if (!underWay || attempt == CONFLICTS_MAX) {
                    throw unavailable("write", name, e);
                }
                LockSupport.parkNanos(CONFLICT_PAUSE_NANOS);
            } catch (SdkException e) {
                throw unavailable("write", name, e);
            }
        }
    }

    private void requireLength(String name, long length) {
        String key = key(name);
        long found = call("read", name, () -> client.headObject(head -> head.bucket(bucket).key(key)).contentLength());
        if (found != length) {
            throw NarwhalException.of(ErrorCode.STORE_UNAVAILABLE,
                    "File [%s] is in the store with %d bytes, not the %d now written; delete the damaged one first",
                    name, found, length);
        }
    }

    @Override
    public InputStream read(String name) {
        return call("read", name, () -> client.getObject(request -> request.bucket(bucket).key(key(name))));
    }

    @Override
    public void download(String name, Path target) {
        Downloads.place(target, part -> {
            try (InputStream in = read(name)) {
                Files.copy(in, part);
            } catch (IncompleteReadException e) {
                throw new NarwhalException(ErrorCode.STORE_UNAVAILABLE, e.getMessage(), e);
            }
        });
    }

    @Override
    public Optional<Path> local(String name) {
        return Optional.empty();
    }

    @Override
    public boolean exists(String name) {
        try {
            client.headObject(request -> request.bucket(bucket).key(key(name)));
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return false;
            }
            throw unavailable("look up", name, e);
        } catch (SdkException e) {
            throw unavailable("look up", name, e);
        }
    }

    @Override
    public List<Entry> list(String namePrefix) {
        List<Entry> entries = new ArrayList<>();
        return call("list", namePrefix, () -> {
            for (S3Object object : client.listObjectsV2Paginator(
                    request -> request.bucket(bucket).prefix(prefix + namePrefix)).contents()) {
                entries.add(new Entry(object.key().substring(prefix.length()), object.size(), object.lastModified()));
            }
            return entries;
        });
    }

    @Override
    public void delete(String name) {
        call("delete", name, () -> client.deleteObject(request -> request.bucket(bucket).key(key(name))));
    }

    @Override
    public String rootUri() {
        return "s3://" + bucket + "/" + prefix;
    }

    private String key(String name) {
        return prefix + ObjectNames.checked(name);
    }

    private <T> T call(String verb, String name, Supplier<T> action) {
        try {
            return action.get();
        } catch (NoSuchKeyException e) {
            throw new NarwhalException(ErrorCode.FILE_NOT_FOUND, "No file [%s] in the store".formatted(name), e);
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND && !verb.equals("list")) {
                throw new NarwhalException(ErrorCode.FILE_NOT_FOUND, "No file [%s] in the store".formatted(name), e);
            }
            throw unavailable(verb, name, e);
        } catch (SdkException e) {
            throw unavailable(verb, name, e);
        }
    }

    private NarwhalException unavailable(String verb, String name, SdkException cause) {
        String advice = "is the server up, and its endpoint [s3.endpoint] right?";
        if (cause instanceof S3Exception answer) {
            advice = switch (answer.statusCode()) {
                case FORBIDDEN -> "look at the credentials ([s3.access-key-id], [s3.secret-access-key]) and their rights";
                case NOT_FOUND -> "is there such a bucket?";
                default -> "the server's log may say more; try again later";
            };
        }
        return new NarwhalException(ErrorCode.STORE_UNAVAILABLE, "Cannot %s [s3://%s/%s%s]: %s; %s".formatted(
                verb, bucket, prefix, name, cause.getMessage(), advice), cause);
    }
}
