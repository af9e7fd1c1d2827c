package org.narwhaldb.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// What every object store keeps to.
abstract class ObjectStoreContract {
    @TempDir Path directory;

    abstract ObjectStore store();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertFails(ThrowingCallable action, ErrorCode code, String part) {
        assertThatThrownBy(action).isInstanceOfSatisfying(NarwhalException.class, e -> assertThat(e.code())
                .isEqualTo(code))
                .hasMessageContaining(part);
    }

    @Test
    void whatWasPutIsReadListedAndDeleted() throws Exception {
        ObjectStore store = store();
        Path file = Files.writeString(directory.resolve("in"), "from a file");

        store.put("a/b c/one+ü.bin", bytes("hello"));
        store.put("a/two", file);
        store.put("b", new byte[0]);

        assertThat(store.read("a/b c/one+ü.bin").readAllBytes()).isEqualTo(bytes("hello"));
        assertThat(store.exists("a/two")).isTrue();
        assertThat(store.exists("a")).isFalse();
        assertThat(store.list("a/")).extracting(ObjectStore.Entry::name).containsExactly("a/b c/one+ü.bin", "a/two");
        assertThat(store.list("a/t")).extracting(ObjectStore.Entry::sizeBytes).containsExactly(11L);
        assertThat(store.list("")).hasSize(3).allMatch(entry -> entry.modified().getEpochSecond() > 0);
        assertThat(store.list("nothing/here/")).isEmpty();

        Path target = directory.resolve("out/copy");
        store.download("a/two", target);
        assertThat(target).hasContent("from a file");
        assertThat(Files.list(target.getParent())).hasSize(1);

        store.delete("a/two");
        store.delete("a/two");
        assertThat(store.exists("a/two")).isFalse();
        assertFails(() -> store.read("a/two"), ErrorCode.FILE_NOT_FOUND, "a/two");
        assertFails(() -> store.download("a/two", directory.resolve("x")), ErrorCode.FILE_NOT_FOUND, "a/two");
        assertThat(directory.resolve("x")).doesNotExist();
    }

    @Test
    void aFileIsNeverReplaced() throws Exception {
        ObjectStore store = store();
        store.put("name", bytes("first"));

        store.put("name", bytes("other"));
        assertFails(() -> store.put("name", bytes("longer than that")), ErrorCode.STORE_UNAVAILABLE, "name");

        assertThat(store.read("name").readAllBytes()).isEqualTo(bytes("first"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "../a", "a/../../b", "a//b", "a/./b", "a\\b", "a\0b"})
    void namesCannotLeaveTheRoot(String name) {
        ObjectStore store = store();
        assertFails(() -> store.put(name, bytes("x")), ErrorCode.INVALID_PARAMETER, "Not a name");
        assertFails(() -> store.read(name), ErrorCode.INVALID_PARAMETER, "Not a name");
        assertFails(() -> store.delete(name), ErrorCode.INVALID_PARAMETER, "Not a name");
    }
}
