package org.narwhaldb.calcite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Plans as text, in `src/test/resources/plans`: a statement, `----`, its plan, `====`, and so on. Run with
/// `-Dnarwhal.complete=true` to write the plans as they are now; read the diff.
class GoldenPlanTest {
    private static final List<String> FILES = List.of("aggregates", "joins", "scans", "sets", "subqueries", "tpch");
    private static final String END = "\n====\n";
    private static final String SEPARATOR = "\n----\n";

    record Golden(String file, String sql, String plan) {
        @Override
        public String toString() {
            return file + ": " + sql.lines().findFirst().orElse("");
        }
    }

    static Stream<Golden> goldens() throws IOException {
        List<Golden> goldens = new ArrayList<>();
        for (String file : FILES) {
            List<Golden> read = read(file);
            if (Boolean.getBoolean("narwhal.complete")) {
                complete(file, read);
            }
            goldens.addAll(read(file));
        }
        return goldens.stream();
    }

    private static List<Golden> read(String file) throws IOException {
        Path source = source(file);
        String text = Files.exists(source) ? Files.readString(source) : resource(file);
        List<Golden> goldens = new ArrayList<>();
        for (String part : text.split(END)) {
            if (!part.isBlank()) {
                String[] halves = part.split(SEPARATOR, 2);
                goldens.add(new Golden(file, halves[0].strip(), halves.length > 1 ? halves[1].stripTrailing() + "\n" : ""));
            }
        }
        return goldens;
    }

    private static String resource(String file) throws IOException {
        try (InputStream in = GoldenPlanTest.class.getResourceAsStream("/plans/" + file + ".plan")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Path source(String file) {
        return Path.of("src/test/resources/plans").resolve(file + ".plan");
    }

    private static void complete(String file, List<Golden> goldens) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Golden golden : goldens) {
            text.append(golden.sql()).append(SEPARATOR).append(planned(golden)).append(END.substring(1));
        }
        Files.writeString(source(file), text);
    }

    private static String planned(Golden golden) {
        String sql = golden.sql().startsWith("tpch ") ? TpchCatalog.query(Integer.parseInt(golden.sql().substring(5))) : golden.sql();
        return Planning.print(Planning.plan(sql));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theStatementIsPlannedAsWrittenDown(Golden golden) {
        assertThat(planned(golden)).isEqualTo(golden.plan());
    }
}
