package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.narwhaldb.flight.sql.ControlActions;

/// Real data: 39,244 Wikipedia edits of one day, as JSON lines, gzipped. Loaded by the front end's action and compared with DuckDB reading the same
/// file by itself. Skipped where the file is not beside the project.
final class WikipediaTest {
    private static final Path FILE = Project.ROOT.resolveSibling("shared/data/wikiticker-2015-09-12-sampled.json.gz");
    private static final List<String> QUERIES = List.of(
            "SELECT COUNT(*), COUNT(\"cityName\"), SUM(added), SUM(deleted), SUM(delta), MIN(\"time\"), MAX(\"time\") FROM wiki",
            "SELECT channel, COUNT(*) AS n, SUM(added) FROM wiki GROUP BY channel ORDER BY n DESC, channel LIMIT 10",
            "SELECT DATE_TRUNC('hour', \"time\") AS h, COUNT(*), SUM(added) FROM wiki GROUP BY 1 ORDER BY 1",
            "SELECT COUNT(DISTINCT \"user\"), COUNT(DISTINCT page), COUNT(DISTINCT \"countryName\") FROM wiki",
            "SELECT \"countryName\", COUNT(*) FROM wiki WHERE \"countryName\" IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 15",
            "SELECT page, added FROM wiki WHERE channel = '#en.wikipedia' ORDER BY added DESC, page LIMIT 20",
            "SELECT \"isRobot\", \"isAnonymous\", COUNT(*), AVG(delta) FROM wiki GROUP BY 1, 2 ORDER BY 1, 2",
            "SELECT COUNT(*) FROM wiki WHERE \"time\" >= TIMESTAMP '2015-09-12 06:00:00' AND \"time\" < TIMESTAMP '2015-09-12 07:30:00'",
            "SELECT COUNT(*), SUM(CHAR_LENGTH(page)) FROM wiki WHERE page LIKE '%:%' AND \"comment\" NOT LIKE '%bot%'",
            "SELECT namespace, COUNT(*) AS n FROM wiki GROUP BY namespace HAVING COUNT(*) > 100 ORDER BY n DESC, namespace");

    @TestFactory
    List<DynamicTest> answersEqualDuckDbs() {
        assumeTrue(Files.exists(FILE), () -> "No sample data at " + FILE + "; this test needs the shared folder beside the project");
        return QUERIES.stream().map(sql -> DynamicTest.dynamicTest(sql, () -> {
            SharedCluster cluster = loaded();
            String ours = sql.replace("FROM wiki", "FROM main.wiki");
            Rows.of(cluster.client(), ours).assertEqualTo(cluster.duckDb().query(ours), true, sql);
        })).toList();
    }

    private static synchronized SharedCluster loaded() {
        SharedCluster cluster = SharedCluster.get();
        ObjectNode request = new ObjectMapper().createObjectNode().put("table", "main.wiki").put("timeColumn", "time")
                .put("loadId", "wikipedia-test");
        request.putArray("files").add(FILE.toString());
        JsonNode outcome = cluster.client().run(ControlActions.LOAD, request, _ -> { });
        if (!outcome.path("alreadyLoaded").asBoolean()) {
            assertThat(outcome.path("rows").asLong()).isEqualTo(39_244);
            // DuckDB takes a text with Z for a TIMESTAMP or a TIMESTAMPTZ, depending on whether its ICU extension is loaded.
            cluster.duckDb().execute("""
                    CREATE TABLE main.wiki AS
                    SELECT * REPLACE (CAST("time" AS TIMESTAMP) AS "time") FROM read_json('%s', format = 'newline_delimited')
                    """.formatted(FILE));
        }
        return cluster;
    }
}
