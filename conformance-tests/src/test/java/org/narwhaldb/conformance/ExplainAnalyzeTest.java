package org.narwhaldb.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The shape of what EXPLAIN ANALYZE prints: for each operator, where it ran, rows, time, memory and path; never how long anything took.
final class ExplainAnalyzeTest {
    private static final String TIME = "\\d+\\.\\d{3} ms";
    private static final String NOTE = " rows in " + TIME + ", " + TIME + " of it here, at most \\d+ bytes";

    private static final String SERVER = "-- server segment-server-\\d: \\d+";

    private static List<String> analyze(String sql) {
        return Rows.of(SharedCluster.get().client(), "EXPLAIN ANALYZE " + sql).rows().stream().map(row -> (String) row.getFirst()).toList();
    }

    /// The lines behind the one that starts with `node`, up to the next node or section.
    private static List<String> notes(List<String> lines, String node) {
        int at = 0;
        while (at < lines.size() && !lines.get(at).strip().startsWith(node)) {
            at++;
        }
        assertThat(at).as("%s in%n%s", node, String.join("\n", lines)).isLessThan(lines.size());
        return lines.stream().skip(at + 1L).takeWhile(line -> line.strip().startsWith("--")).map(String::strip).toList();
    }

    private static String text(List<String> lines) {
        return lines.stream().collect(Collectors.joining("\n"));
    }

    @Test
    void eachOperatorSaysWhereItRanAndWhatItTook() {
        List<String> lines = analyze("SELECT l_returnflag, count(*), sum(l_quantity) FROM tpch.lineitem"
                + " WHERE l_shipdate <= DATE '1996-01-01' GROUP BY l_returnflag ORDER BY l_returnflag");

        assertThat(notes(lines, "Sort")).singleElement().asString().matches("-- front end: 3" + NOTE + ".*");
        assertThat(notes(lines, "Aggregate FINAL")).singleElement().asString().matches("-- front end: 3" + NOTE + ".*");
        assertThat(notes(lines, "Aggregate PARTIAL")).isNotEmpty()
                .allSatisfy(note -> assertThat(note).matches(SERVER + NOTE + "; dense .*, where l_shipdate: .* on .*"));
        // the aggregate has read the segments itself
        assertThat(notes(lines, "Scan tpch.lineitem")).isEmpty();
        assertThat(text(lines)).containsPattern("front end: at most \\d+ bytes of memory")
                .containsPattern("server segment-server-\\d: at most \\d+ bytes of memory, \\d+ blocks read, \\d+ skipped")
                .containsPattern("Ran: planned in " + TIME)
                .containsPattern("Result cache: this answer is not kept; \\d+ hits, \\d+ misses");
    }

    @Test
    void aScanSaysHowItFoundItsRows() {
        List<String> lines = analyze("SELECT o_orderkey, o_comment FROM tpch.orders WHERE o_orderkey BETWEEN 100 AND 200");

        assertThat(notes(lines, "Scan tpch.orders")).isNotEmpty()
                .allSatisfy(note -> assertThat(note).matches(SERVER + NOTE + ".*; o_orderkey: \\w+ on \\w+.*"));
    }

    @Test
    void aBroadcastJoinAndItsBuildAreMeasured() {
        List<String> lines = analyze("SELECT n_name, count(*) FROM tpch.orders JOIN tpch.customer ON o_custkey = c_custkey"
                + " JOIN tpch.nation ON c_nationkey = n_nationkey GROUP BY n_name");

        assertThat(lines).anyMatch(line -> line.matches("\\s+-- .*look-up in \\d+ rows by (place|hash)"));
        assertThat(text(lines)).containsPattern("\\[build, front end\\]");
    }

    @Test
    void partialAnswersThatWereKeptAreCounted() {
        String sql = "SELECT l_linestatus, max(l_tax) FROM tpch.lineitem WHERE l_shipmode = 'RAIL' GROUP BY l_linestatus";
        assertThat(text(analyze(sql))).containsPattern("partial cache: 0 hits, [1-9]\\d* misses");

        List<String> again = analyze(sql);

        assertThat(text(again)).containsPattern("partial cache: [1-9]\\d* hits, 0 misses");
        assertThat(notes(again, "Aggregate PARTIAL")).isEmpty();
    }

    @Test
    void explainAloneMeasuresNothing() {
        List<String> lines = Rows.of(SharedCluster.get().client(), "EXPLAIN SELECT count(*) FROM tpch.lineitem WHERE l_tax > 0")
                .rows().stream().map(row -> (String) row.getFirst()).toList();

        assertThat(lines).noneMatch(line -> line.strip().startsWith("--") || line.startsWith("Ran:") || line.startsWith("Result cache:"));
    }
}
