package org.narwhaldb.launcher.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

final class OutputFormatTest {

    @Test
    void csvKeepsEveryColumnOfARowThatBeginsWithNulls() throws Exception {
        // given
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BufferAllocator allocator = new RootAllocator();
                VarCharVector first = new VarCharVector("a", allocator);
                VarCharVector second = new VarCharVector("b", allocator);
                VarCharVector third = new VarCharVector("c", allocator)) {
            List<VarCharVector> columns = List.of(first, second, third);
            columns.forEach(column -> column.allocateNew(2));
            third.setSafe(0, "x,\"y\"".getBytes(UTF_8));
            first.setSafe(1, new byte[0]);
            columns.forEach(column -> column.setValueCount(2));
            NarwhalClient.RowSink sink = OutputFormat.csv.sink(out);

            // when
            VectorSchemaRoot root = VectorSchemaRoot.of(first, second, third);
            sink.start(root);
            sink.batch(root);
            sink.end();
        }

        // then
        assertThat(out.toString(UTF_8)).isEqualTo("a,b,c\n,,\"x,\"\"y\"\"\"\n\"\",,\n");
    }
}
