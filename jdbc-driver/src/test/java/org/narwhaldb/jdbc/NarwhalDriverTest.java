package org.narwhaldb.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NarwhalDriverTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:narwhal://db, jdbc:arrow-flight-sql://db:9047?useEncryption=false",
        "jdbc:narwhal://db:1234, jdbc:arrow-flight-sql://db:1234?useEncryption=false",
        "jdbc:narwhal://db/tpch, jdbc:arrow-flight-sql://db:9047?schema=tpch&useEncryption=false",
        "jdbc:narwhal://db:1/tpch?maxrows=5, jdbc:arrow-flight-sql://db:1?maxrows=5&schema=tpch&useEncryption=false",
        "jdbc:narwhal://db?useEncryption=true, jdbc:arrow-flight-sql://db:9047?useEncryption=true",
        "jdbc:narwhal://[::1]:9, jdbc:arrow-flight-sql://[::1]:9?useEncryption=false",
    })
    void urlsBecomeTheArrowDriversUrls(String url, String expected) throws SQLException {
        assertThat(NarwhalDriver.arrowUrl(url)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"jdbc:narwhal://", "jdbc:narwhal://:9047", "jdbc:narwhal://db:port", "jdbc:narwhal:///schema"})
    void wrongUrlsAreRefusedWithTheRightForm(String url) {
        assertThatThrownBy(() -> NarwhalDriver.arrowUrl(url)).isInstanceOf(SQLException.class).hasMessageContaining("host[:port]");
    }

    @Test
    void theDriverIsFoundByItsUrlAndLeavesOthersAlone() throws SQLException {
        assertThat(DriverManager.getDriver("jdbc:narwhal://db")).isInstanceOf(NarwhalDriver.class);
        assertThat(new NarwhalDriver().connect("jdbc:postgresql://db", new Properties())).isNull();
    }
}
