package org.narwhaldb.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

final class ConfigFileTest {
    @Test
    void valuesAreTypedAndDefaultsStandIn() {
        ConfigFile file = new ConfigFile("test", Map.of("size", "2g", "count", "7", "catalog.uri", "x", "catalog.type", "jdbc"));
        assertThat(file.bytes("size", 1)).isEqualTo(2L << 30);
        assertThat(file.number("count", 1, 0, 10)).isEqualTo(7);
        assertThat(file.number("other", 3, 0, 10)).isEqualTo(3);
        assertThat(file.below("catalog.")).containsExactly(Map.entry("type", "jdbc"), Map.entry("uri", "x"));
        file.refuseUnknown();
    }

    @Test
    void unknownKeysStopTheStart() {
        ConfigFile file = new ConfigFile("test.properties", Map.of("zookeper", "x"));
        assertThatThrownBy(file::refuseUnknown).isInstanceOfSatisfying(NarwhalException.class,
                error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
                .hasMessageContaining("zookeper").hasMessageContaining("test.properties");
    }

    @Test
    void wrongValuesAreNamedWithWhatIsExpected() {
        ConfigFile file = new ConfigFile("test", Map.of("port", "high", "size", "4x", "count", "11"));
        assertThatThrownBy(() -> file.number("port", 1, 0, 65_535)).hasMessageContaining("port").hasMessageContaining("65535");
        assertThatThrownBy(() -> file.bytes("size", 1)).hasMessageContaining("4x").hasMessageContaining("512m");
        assertThatThrownBy(() -> file.number("count", 1, 0, 10)).hasMessageContaining("11");
        assertThatThrownBy(() -> file.required("zookeeper")).hasMessageContaining("zookeeper");
    }
}
