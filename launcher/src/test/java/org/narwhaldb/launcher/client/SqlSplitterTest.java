package org.narwhaldb.launcher.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SqlSplitterTest {
    @Test
    void semicolonsInQuotesAndCommentsSeparateNothing() {
        assertThat(SqlSplitter.split("SELECT ';'; SELECT \"a;b\" -- x;y\n; /* ; */ SELECT 2"))
                .containsExactly("SELECT ';'", "SELECT \"a;b\" -- x;y", "/* ; */ SELECT 2");
    }

    @Test
    void emptyStatementsAreLeftOut() {
        assertThat(SqlSplitter.split(" ;; \n ; ")).isEmpty();
    }

    @Test
    void aStatementIsCompleteAtASemicolonThatCounts() {
        assertThat(SqlSplitter.isComplete("SELECT 1;")).isTrue();
        assertThat(SqlSplitter.isComplete("SELECT 1")).isFalse();
        assertThat(SqlSplitter.isComplete("SELECT ';")).isFalse();
        assertThat(SqlSplitter.isComplete("SELECT 1 -- done;")).isFalse();
    }
}
