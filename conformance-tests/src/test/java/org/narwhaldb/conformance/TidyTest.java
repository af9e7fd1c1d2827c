package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// House style as a test: width is what makes code hard to live in, so width is limited. Exceptions stand in
/// `tidy-exceptions.txt` with their reason.
final class TidyTest {
    private static final int FILE_LINES_MAX = 500;
    private static final int METHOD_LINES_MAX = 70;
    private static final int LINE_CHARACTERS_MAX = 140;
    private static final int IMPORTS_MAX = 40;
    private static final Pattern BANNED_NAME =
            Pattern.compile("(Base|Abstract|Common)[A-Z]\\w*|\\w*(Utils?|Helpers?|Managers?|Impl)");
    private static final Pattern METHOD = Pattern.compile("^    (?:    )?(?:[\\w@<>\\[\\], .?]+ )?\\w+\\([^;]*$");
    private static final Pattern TYPE = Pattern.compile("\\b(class|record|interface|enum)\\b");
    private static final Map<String, String> BANNED_CALLS = Map.of(
            "Thread.sleep(", "await a condition",
            "printStackTrace(", "throw a NarwhalException or log",
            "new Random()", "take a seeded RandomGenerator",
            "TO" + "DO", "do it, or file an issue");

    @Test
    void filesAreShortAndNarrow() {
        List<String> findings = new ArrayList<>();
        Map<String, String> exceptions = exceptions();
        for (Path file : Project.sources(false)) {
            String name = file.getFileName().toString().replace(".java", "");
            List<String> lines = Project.read(file).lines().toList();
            if (lines.size() > FILE_LINES_MAX && !exceptions.containsKey(name)) {
                findings.add("%s has %d lines; split it at a seam (at most %d)".formatted(name, lines.size(), FILE_LINES_MAX));
            }
            long imports = lines.stream().filter(line -> line.startsWith("import ")).count();
            if (imports > IMPORTS_MAX && !exceptions.containsKey(name)) {
                findings.add("%s has %d imports; it knows too much (at most %d)".formatted(name, imports, IMPORTS_MAX));
            }
            for (int index = 0; index < lines.size(); index++) {
                if (lines.get(index).length() > LINE_CHARACTERS_MAX) {
                    findings.add("%s:%d has %d characters; break it".formatted(name, index + 1, lines.get(index).length()));
                }
            }
            if (BANNED_NAME.matcher(name).matches()) {
                findings.add(name + " says nothing by its name; call it what it is");
            }
        }
        assertThat(findings).as("untidy files").isEmpty();
    }

    @Test
    void methodsFitAScreen() {
        List<String> findings = new ArrayList<>();
        Map<String, String> exceptions = exceptions();
        for (Path file : Project.sources(false)) {
            String name = file.getFileName().toString().replace(".java", "");
            List<String> lines = Project.read(file).lines().toList();
            int start = -1;
            for (int index = 0; index < lines.size(); index++) {
                String line = lines.get(index);
                if (start < 0 && METHOD.matcher(line).matches() && line.endsWith("{") && !TYPE.matcher(line).find()) {
                    start = index;
                } else if (start >= 0 && (line.equals("    }") || line.equals("        }") && indent(lines.get(start)) == 8)) {
                    if (index - start > METHOD_LINES_MAX && !exceptions.containsKey(name)) {
                        findings.add("%s:%d: a method of %d lines; at most %d fit a screen".formatted(
                                name, start + 1, index - start, METHOD_LINES_MAX));
                    }
                    start = -1;
                }
            }
        }
        assertThat(findings).as("long methods").isEmpty();
    }

    @Test
    void bannedCallsAreNotMade() {
        List<String> findings = new ArrayList<>();
        for (Path file : Project.sources(false)) {
            String text = Project.read(file);
            BANNED_CALLS.forEach((call, instead) -> {
                if (text.contains(call) && !file.toString().contains("launcher")) {
                    findings.add("%s uses %s: %s".formatted(file.getFileName(), call, instead));
                }
            });
        }
        for (Path file : Project.sources(true)) {
            if (!file.getFileName().toString().equals("TidyTest.java") && Project.read(file).contains("Thread.sleep(")) {
                findings.add("%s sleeps: await a condition".formatted(file.getFileName()));
            }
        }
        assertThat(findings).as("banned calls").isEmpty();
    }

    @Test
    void everyClassTheMapNamesExists() {
        Map<String, Path> classes = new HashMap<>();
        for (boolean tests : new boolean[] {false, true}) {
            Project.sources(tests).forEach(file -> classes.put(file.getFileName().toString().replace(".java", ""), file));
        }
        Matcher names = Pattern.compile("`([A-Z][A-Za-z0-9]+)`").matcher(Project.read(Project.ROOT.resolve("ARCHITECTURE.md")));
        List<String> missing = new ArrayList<>();
        while (names.find()) {
            if (!classes.containsKey(names.group(1))) {
                missing.add(names.group(1));
            }
        }
        assertThat(missing).as("classes that ARCHITECTURE.md names and nobody has").isEmpty();
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    /// Lines `Name: reason`.
    private static Map<String, String> exceptions() {
        Map<String, String> exceptions = new HashMap<>();
        Path file = Project.ROOT.resolve("conformance-tests/src/test/resources/tidy-exceptions.txt");
        Project.read(file).lines().filter(line -> !line.startsWith("#") && line.contains(":")).forEach(line -> {
            int colon = line.indexOf(':');
            exceptions.put(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
        });
        return exceptions;
    }
}
