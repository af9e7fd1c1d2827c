package org.narwhaldb.launcher.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// A process' configuration: `key = value` lines (the syntax of java.util.Properties). Every key asked for is ticked off, and what
/// is left over at the end stops the start: a misspelt key is never silently ignored.
public final class ConfigFile {
    private final String source;
    private final Map<String, String> values;

    public ConfigFile(String source, Map<String, String> values) {
        this.source = source;
        this.values = new LinkedHashMap<>(values);
    }

    public static ConfigFile read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION, "Cannot read the configuration [%s]: %s".formatted(file, e), e);
        }
        Map<String, String> values = new TreeMap<>();
        properties.forEach((key, value) -> values.put((String) key, ((String) value).trim()));
        return new ConfigFile(file.toString(), values);
    }

    public String required(String key) {
        String value = values.remove(key);
        if (value == null || value.isEmpty()) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION, "Configuration [%s] lacks [%s]", source, key);
        }
        return value;
    }

    public String text(String key, String otherwise) {
        String value = values.remove(key);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    public long number(String key, long otherwise, long min, long max) {
        String value = values.remove(key);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                "Configuration [%s]: [%s] is [%s]; expected a whole number from %d to %d",
                source, key, value, min, max);
    }

    /// A size in bytes: a number with k, m or g.
    public long bytes(String key, long otherwise) {
        return bytes(key, otherwise, 1);
    }

    public long bytes(String key, long otherwise, long min) {
        String value = values.remove(key);
        return value == null || value.isEmpty() ? otherwise : bytes(source, key, value, min);
    }

    static long bytes(String source, String key, String value, long min) {
        int shift = switch (Character.toLowerCase(value.charAt(value.length() - 1))) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            case 't' -> 40;
            default -> 0;
        };
        try {
            long number = Long.parseLong(shift == 0 ? value : value.substring(0, value.length() - 1));
            if (number >= min && number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION, "Configuration [%s]: [%s] is [%s]; expected a size such as 512m or 4g",
                source, key, value);
    }

    /// All keys below `prefix`, without it.
    public Map<String, String> below(String prefix) {
        Map<String, String> found = new TreeMap<>();
        values.entrySet().removeIf(entry -> {
            boolean matches = entry.getKey().startsWith(prefix);
            if (matches) {
                found.put(entry.getKey().substring(prefix.length()), entry.getValue());
            }
            return matches;
        });
        return found;
    }

    /// @throws NarwhalException INVALID_CONFIGURATION naming the keys nobody asked for
    public void refuseUnknown() {
        if (!values.isEmpty()) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION,
                    "Configuration [%s] has unknown keys %s; docs/configuration.md lists all",
                    source, values.keySet());
        }
    }
}
