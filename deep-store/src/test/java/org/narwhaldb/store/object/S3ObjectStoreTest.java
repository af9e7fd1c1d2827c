package org.narwhaldb.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class S3ObjectStoreTest extends ObjectStoreContract {
    private TinyS3 s3;

    @BeforeEach
    void start() throws Exception {
        s3 = new TinyS3();
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Override
    ObjectStore store() {
        return ObjectStores.open("s3://bucket/some/prefix/", s3.properties());
    }

    @Test
    void objectsStandUnderThePrefix() {
        store().put("a/b", new byte[] {1});

        assertThat(s3.objects().keySet()).containsExactly("bucket/some/prefix/a/b");
        assertThat(store().rootUri()).isEqualTo("s3://bucket/some/prefix/");
        assertThat(store().local("a/b")).isEmpty();
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() {
        Map<String, String> nowhere = new HashMap<>(s3.properties());
        s3.close();

        assertThatThrownBy(() -> ObjectStores.open("s3://bucket", nowhere).put("x", new byte[1]))
                .isInstanceOfSatisfying(
                NarwhalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }
}
