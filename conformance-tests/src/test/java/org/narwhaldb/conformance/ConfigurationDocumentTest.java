package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.narwhaldb.flight.session.SessionOptions;
import org.narwhaldb.store.TableSpec;

/// `docs/configuration.md` names every key that the code reads, and no other.
final class ConfigurationDocumentTest {
    private static final Pattern READ = Pattern.compile("\\bfile\\.(?:required|text|number|bytes|below)\\(\\s*\"([^\"]+)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
    private static final String DOCUMENT = Project.read(Project.ROOT.resolve("docs/configuration.md"));

    @Test
    void everyKeyOfTheProcessesIsDocumented() {
        Set<String> read = new TreeSet<>();
        Path launcher = Project.ROOT.resolve("launcher");
        Project.sources(false).stream().filter(file -> file.startsWith(launcher)).map(Project::read).forEach(text -> {
            Matcher matcher = READ.matcher(text);
            while (matcher.find()) {
                read.add(matcher.group(1));
            }
        });

        assertThat(rows("Every role", "Controller", "Ingest", "Segment server", "Front end")).isEqualTo(read).isNotEmpty();
    }

    @Test
    void everyTablePropertyIsDocumented() throws IllegalAccessException {
        Set<String> properties = new TreeSet<>();
        for (var field : TableSpec.class.getFields()) {
            if (field.getType() == String.class && !field.getName().equals("PREFIX")) {
                properties.add((String) field.get(null));
            }
        }

        assertThat(rows("Table properties")).isEqualTo(properties).isNotEmpty();
    }

    @Test
    void everySessionOptionIsDocumented() {
        assertThat(rows("Session options")).isEqualTo(new TreeSet<>(SessionOptions.NAMES));
    }

    private static Set<String> rows(String... sections) {
        Set<String> wanted = Set.of(sections);
        return Arrays.stream(DOCUMENT.split("(?m)^## ")).filter(section -> wanted.contains(section.lines().findFirst().orElse("")))
                .flatMap(section -> ROW.matcher(section).results()).map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
