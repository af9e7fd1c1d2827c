package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.LocalDisk;
import software.amazon.awssdk.core.exception.SdkException;

/// Files to load from, local or in S3, that are not (yet) a table's: names and globs, and their content.
final class SourceFiles implements AutoCloseable {
    private final Map<String, String> properties;
    private final LocalFileIO local = new LocalFileIO();
    private SupportsPrefixOperations s3;

    SourceFiles(Map<String, String> properties) {
        this.properties = properties;
    }

    static boolean isS3(String uri) {
        return uri.startsWith("s3://") || uri.startsWith("s3a://") || uri.startsWith("s3n://");
    }

    List<String> expand(List<String> filesOrGlobs) {
        return filesOrGlobs.stream().flatMap(each -> expand(each).stream()).distinct().sorted().toList();
    }

    private List<String> expand(String fileOrGlob) {
        try {
            List<String> found = isS3(fileOrGlob) ? expandS3(fileOrGlob) : expandLocal(fileOrGlob);
            if (found.isEmpty()) {
                throw NarwhalException.of(ErrorCode.FILE_NOT_FOUND, "No file matches [%s]", fileOrGlob);
            }
            return found;
        } catch (PatternSyntaxException | InvalidPathException e) {
            throw new NarwhalException(ErrorCode.INVALID_PARAMETER,
                    "Not a file name or pattern: [%s]: %s".formatted(fileOrGlob, e.getMessage()), e);
        } catch (SdkException e) {
            throw new NarwhalException(ErrorCode.STORE_UNAVAILABLE,
                    "Cannot look for [%s]: %s; are bucket, endpoint and credentials right?"
                            .formatted(fileOrGlob, e.getMessage()), e);
        }
    }

    private List<String> expandLocal(String fileOrGlob) {
        requireKnownScheme(fileOrGlob);
        Path literal = LocalFileIO.path(fileOrGlob).toAbsolutePath().normalize();
        // a file may be named like a pattern
        if (Files.isRegularFile(literal)) {
            return List.of("file://" + literal);
        }
        int glob = firstGlob(literal.toString());
        if (glob < 0) {
            return List.of();
        }
        Path directory = Path.of(literal.toString().substring(0, literal.toString().lastIndexOf('/', glob) + 1));
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + literal);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(matcher::matches).filter(Files::isRegularFile).map(path -> "file://" + path).toList();
        } catch (IOException | UncheckedIOException e) {
            throw LocalDisk.failure(ErrorCode.FILE_NOT_FOUND, "Cannot list [%s]".formatted(directory), e);
        }
    }

    private List<String> expandS3(String fileOrGlob) {
        int glob = firstGlob(fileOrGlob);
        if (glob < 0) {
            return input(fileOrGlob).exists() ? List.of(fileOrGlob) : List.of();
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + withoutScheme(fileOrGlob));
        List<String> found = new ArrayList<>();
        for (FileInfo file : s3().listPrefix(fileOrGlob.substring(0, fileOrGlob.lastIndexOf('/', glob) + 1))) {
            if (matcher.matches(Path.of(withoutScheme(file.location())))) {
                found.add(file.location());
            }
        }
        return found;
    }

    private static String withoutScheme(String uri) {
        return uri.substring(uri.indexOf("://") + 3);
    }

    private static int firstGlob(String name) {
        for (int index = 0; index < name.length(); index++) {
            if ("*?[{".indexOf(name.charAt(index)) >= 0) {
                return index;
            }
        }
        return -1;
    }

    InputFile input(String uri) {
        if (isS3(uri)) {
            return s3().newInputFile(uri);
        }
        requireKnownScheme(uri);
        return local.newInputFile(uri);
    }

    private static void requireKnownScheme(String uri) {
        if (!LocalFileIO.accepts(uri)) {
            throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                    "Cannot read [%s]: expected a local path, file:/… or s3://bucket/…", uri);
        }
    }

    Lake.InputFileHandle open(String uri) {
        InputFile file = input(uri);
        try {
            if (!file.exists()) {
                throw NarwhalException.of(ErrorCode.FILE_NOT_FOUND, "No file [%s]", uri);
            }
            return new Handle(uri, file.getLength(), file);
        } catch (NarwhalException e) {
            throw e;
        } catch (RuntimeException e) {
            throw LocalDisk.failure(ErrorCode.STORE_UNAVAILABLE, "Cannot open [%s]".formatted(uri), e);
        }
    }

    private synchronized SupportsPrefixOperations s3() {
        if (s3 == null) {
            s3 = (SupportsPrefixOperations) CatalogUtil.loadFileIO(CatalogSettings.S3_FILE_IO, properties, null);
        }
        return s3;
    }

    @Override
    public synchronized void close() {
        if (s3 != null) {
            s3.close();
        }
    }

    private record Handle(String uri, long sizeBytes, InputFile file) implements Lake.InputFileHandle {
        @Override
        public InputStream stream() {
            try {
                return file.newStream();
            } catch (RuntimeException e) {
                throw Failures.source("file", uri, e);
            }
        }
    }
}
