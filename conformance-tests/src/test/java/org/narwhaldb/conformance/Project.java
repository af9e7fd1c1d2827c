package org.narwhaldb.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where the project's own files are.
final class Project {
    static final Path ROOT = root();

    private Project() {}

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (!Files.exists(path.resolve("narwhal")) || !Files.exists(path.resolve("conformance-tests"))) {
            path = path.getParent();
        }
        return path;
    }

    /// Java sources of all modules.
    static List<Path> sources(boolean tests) {
        String folder = tests ? "src/test/java" : "src/main/java";
        try (Stream<Path> files = Files.walk(ROOT, 20)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> ROOT.relativize(file).toString().contains(folder))
                    .filter(file -> !ROOT.relativize(file).toString().contains("target")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
