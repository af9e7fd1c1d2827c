package org.narwhaldb.launcher.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/// How `narwhal sql` prints rows.
public enum OutputFormat {
    /// for people: columns aligned, NULL shown
    table,
    /// RFC 4180 with a header; NULL is empty, an empty string is quoted
    csv,
    /// one JSON object a line
    json,
    /// an Arrow IPC stream
    arrow;

    public NarwhalClient.RowSink sink(OutputStream out) {
        return switch (this) {
            case table -> new TableSink(new PrintStream(out, false, StandardCharsets.UTF_8));
            case csv -> new CsvSink(new PrintStream(out, false, StandardCharsets.UTF_8));
            case json -> new JsonSink(out);
            case arrow -> new ArrowSink(out);
        };
    }

    /// Widths come from the first rows; later, wider values push their line out.
    private static final class TableSink implements NarwhalClient.RowSink {
        private static final int ROWS_FOR_WIDTH = 2_000;
        private static final int WIDTH_MAX = 80;
        private final PrintStream out;
        private final List<String[]> buffered = new ArrayList<>();
        private String[] names;
        private boolean[] numeric;
        private int[] widths;

        TableSink(PrintStream out) {
            this.out = out;
        }

        @Override
        public void start(VectorSchemaRoot root) {
            names = root.getFieldVectors().stream().map(FieldVector::getName).toArray(String[]::new);
            numeric = new boolean[names.length];
            for (int column = 0; column < names.length; column++) {
                numeric[column] = switch (root.getVector(column).getMinorType()) {
                    case INT, BIGINT, FLOAT4, FLOAT8, DECIMAL -> true;
                    default -> false;
                };
            }
        }

        @Override
        public void batch(VectorSchemaRoot root) {
            for (int row = 0; row < root.getRowCount(); row++) {
                String[] values = new String[names.length];
                for (int column = 0; column < values.length; column++) {
                    String text = ValueText.text(root.getVector(column), row);
                    values[column] = text == null ? "NULL" : text;
                }
                if (widths == null) {
                    buffered.add(values);
                    if (buffered.size() == ROWS_FOR_WIDTH) {
                        printBuffered();
                    }
                } else {
                    print(values);
                }
            }
        }

        @Override
        public void end() {
            if (widths == null) {
                printBuffered();
            }
            out.flush();
        }

        private void printBuffered() {
            widths = new int[names.length];
            for (int column = 0; column < names.length; column++) {
                widths[column] = names[column].length();
                for (String[] row : buffered) {
                    widths[column] = Math.max(widths[column], Math.min(WIDTH_MAX, row[column].length()));
                }
            }
            print(names);
            StringBuilder rule = new StringBuilder();
            for (int column = 0; column < names.length; column++) {
                rule.append(column == 0 ? "" : "-+-").repeat('-', widths[column]);
            }
            out.println(rule);
            buffered.forEach(this::print);
            buffered.clear();
        }

        private void print(String[] values) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < values.length; column++) {
                int padding = Math.max(0, widths[column] - values[column].length());
                line.append(column == 0 ? "" : " | ");
                if (numeric[column]) {
                    line.repeat(' ', padding).append(values[column]);
                } else {
                    line.append(values[column]).repeat(' ', column == values.length - 1 ? 0 : padding);
                }
            }
            out.println(line);
        }
    }

    private record CsvSink(PrintStream out) implements NarwhalClient.RowSink {
        @Override
        public void start(VectorSchemaRoot root) {
            print(root.getFieldVectors().stream().map(FieldVector::getName).toList());
        }

        @Override
        public void batch(VectorSchemaRoot root) {
            for (int row = 0; row < root.getRowCount(); row++) {
                List<String> values = new ArrayList<>();
                for (FieldVector vector : root.getFieldVectors()) {
                    values.add(ValueText.text(vector, row));
                }
                print(values);
            }
        }

        @Override
        public void end() {
            out.flush();
        }

        private void print(List<String> values) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < values.size(); column++) {
                line.append(column == 0 ? "" : ",");
                String value = values.get(column);
                if (value != null) {
                    boolean quote = value.isEmpty() || value.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
                    line.append(quote ? '"' + value.replace("\"", "\"\"") + '"' : value);
                }
            }
            out.print(line.append('\n'));
        }
    }

    private static final class JsonSink implements NarwhalClient.RowSink {
        private final JsonGenerator json;

        JsonSink(OutputStream out) {
            try {
                json = new ObjectMapper().createGenerator(out);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            json.setRootValueSeparator(null);
        }

        @Override
        public void start(VectorSchemaRoot root) {
            // each line says its columns
        }

        @Override
        public void batch(VectorSchemaRoot root) throws IOException {
            for (int row = 0; row < root.getRowCount(); row++) {
                json.writeStartObject();
                for (FieldVector vector : root.getFieldVectors()) {
                    json.writeFieldName(vector.getName());
                    write(ValueText.value(vector, row));
                }
                json.writeEndObject();
                json.writeRaw('\n');
            }
        }

        @Override
        public void end() throws IOException {
            json.flush();
        }

        private void write(Object value) throws IOException {
            switch (value) {
                case null -> json.writeNull();
                case Boolean flag -> json.writeBoolean(flag);
                case Long number -> json.writeNumber(number);
                case Double number when number.isNaN() || number.isInfinite() -> json.writeString(number.toString());
                case Double number -> json.writeNumber(number);
                case BigDecimal number -> json.writeNumber(number);
                case List<?> list -> {
                    json.writeStartArray();
                    for (Object item : list) {
                        write(item);
                    }
                    json.writeEndArray();
                }
                case Map<?, ?> map -> {
                    json.writeStartObject();
                    for (Map.Entry<?, ?> entry : map.entrySet()) {
                        json.writeFieldName(String.valueOf(entry.getKey()));
                        write(entry.getValue());
                    }
                    json.writeEndObject();
                }
                default -> json.writeString(value.toString());
            }
        }
    }

    private static final class ArrowSink implements NarwhalClient.RowSink {
        private final OutputStream out;
        private ArrowStreamWriter writer;

        ArrowSink(OutputStream out) {
            this.out = out;
        }

        @Override
        public void start(VectorSchemaRoot root) throws IOException {
            writer = new ArrowStreamWriter(root, null, Channels.newChannel(out));
            writer.start();
        }

        @Override
        public void batch(VectorSchemaRoot root) throws IOException {
            writer.writeBatch();
        }

        @Override
        public void end() throws IOException {
            writer.end();
            out.flush();
        }
    }
}
