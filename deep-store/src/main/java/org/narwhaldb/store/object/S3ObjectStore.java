package org.narwhaldb.store.object;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
/// from replacing what stands there.
final class S3ObjectStore implements ObjectStore {
    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

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
        put(name, RequestBody.fromBytes(content), content.length);
    }

    @Override
    public void put(String name, Path file) {
        if (!Files.isRegularFile(file)) {
            throw NarwhalException.of(ErrorCode.FILE_NOT_FOUND, "Cannot read [%s]: no such file", file);
        }
        put(name, RequestBody.fromFile(file), file.toFile().length());
    }

    private void put(String name, RequestBody body, long length) {
        String key = key(name);
        try {
            client.putObject(request -> request.bucket(bucket).key(key).ifNoneMatch("*"), body);
        } catch (S3Exception e) {
            if (e.statusCode() != PRECONDITION_FAILED && e.statusCode() != CONFLICT) {
                throw unavailable("write", name, e);
            }
            long found = call("read", name,
                    () -> client.headObject(head -> head.bucket(bucket).key(key)).contentLength());
            if (found != length) {
                throw NarwhalException.of(ErrorCode.STORE_UNAVAILABLE,
                        "File [%s] is in the store with %d bytes, not the %d now written; delete the damaged one first",
                        name, found, length);
            }
        } catch (SdkException e) {
            throw unavailable("write", name, e);
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
        return new NarwhalException(ErrorCode.STORE_UNAVAILABLE,
                "Cannot %s [s3://%s/%s%s]: %s".formatted(verb, bucket, prefix, name, cause.getMessage()), cause);
    }
}
