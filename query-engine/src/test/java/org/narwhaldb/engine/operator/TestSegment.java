package org.narwhaldb.engine.operator;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.narwhaldb.engine.batch.Int128;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.SegmentDictionary;
import org.narwhaldb.segment.encoding.BitmapBooleans;
import org.narwhaldb.segment.encoding.ValueBlock;

/// A segment over Java values, so that a test decides what it holds and which texts have a dictionary.
final class TestSegment implements Segment {
    private final String id;
    private final TestRows rows;
    private final List<TestColumn> columns = new ArrayList<>();

    TestSegment(String id, TestRows rows, boolean dictionaries) {
        this.id = id;
        this.rows = rows;
        for (int column = 0; column < rows.fields().size(); column++) {
            columns.add(new TestColumn(column, dictionaries));
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public List<Field> fields() {
        return rows.fields();
    }

    @Override
    public int rowCount() {
        return rows.rows().size();
    }

    @Override
    public boolean hasColumn(int fieldId) {
        return rows.fields().stream().anyMatch(field -> field.id() == fieldId);
    }

    @Override
    public SegmentColumn column(int fieldId) {
        return columns.stream().filter(column -> column.field().id() == fieldId).findFirst().orElseThrow();
    }

    @Override
    public long sizeBytes() {
        return 0;
    }

    @Override
    public void close() {}

    private final class TestColumn implements SegmentColumn {
        private final int index;
        private final TestDictionary dictionary;
        private final boolean hasNulls;

        TestColumn(int index, boolean dictionaries) {
            this.index = index;
            boolean isText = rows.fields().get(index).type().physical() == ColumnType.Physical.BYTES;
            dictionary = dictionaries && isText ? new TestDictionary() : null;
            for (Object[] row : rows.rows()) {
                if (row[index] != null && dictionary != null) {
                    dictionary.values.put((byte[]) row[index], 0);
                }
            }
            if (dictionary != null) {
                dictionary.number();
            }
            hasNulls = rows.rows().stream().anyMatch(row -> row[index] == null);
        }

        private Object value(int row) {
            return rows.rows().get(row)[index];
        }

        @Override
        public Field field() {
            return rows.fields().get(index);
        }

        @Override
        public boolean hasNulls() {
            return hasNulls;
        }

        @Override
        public void readNulls(int row, int count, boolean[] target, int offset) {
            for (int place = 0; place < count; place++) {
                target[offset + place] = value(row + place) == null;
            }
        }

        @Override
        public void readBooleans(int row, int count, boolean[] target, int offset) {
            for (int place = 0; place < count; place++) {
                target[offset + place] = Boolean.TRUE.equals(value(row + place));
            }
        }

        @Override
        public void readLongs(int row, int count, long[] target, int offset) {
            for (int place = 0; place < count; place++) {
                target[offset + place] = value(row + place) == null ? 77 : (Long) value(row + place);
            }
        }

        @Override
        public void readDoubles(int row, int count, double[] target, int offset) {
            for (int place = 0; place < count; place++) {
                target[offset + place] = value(row + place) == null ? 7.7 : (Double) value(row + place);
            }
        }

        @Override
        public void readInt128(int row, int count, long[] high, long[] low, int offset) {
            for (int place = 0; place < count; place++) {
                BigInteger value = value(row + place) == null ? BigInteger.TEN : (BigInteger) value(row + place);
                high[offset + place] = Int128.high(value);
                low[offset + place] = value.longValue();
            }
        }

        @Override
        public void readNested(int row, int count, Object[] target, int offset) {
            for (int place = 0; place < count; place++) {
                target[offset + place] = value(row + place);
            }
        }

        @Override
        public ValueBlock values(int block) {
            throw new UnsupportedOperationException("Only a segment file has encoded blocks");
        }

        @Override
        public BitmapBooleans nullBitmap(int block) {
            throw new UnsupportedOperationException("Only a segment file has encoded blocks");
        }

        @Override
        public SegmentDictionary dictionary() {
            return dictionary;
        }

        @Override
        public void readCodes(int row, int count, int[] target, int offset) {
            for (int place = 0; place < count; place++) {
                Object value = value(row + place);
                target[offset + place] = value == null ? Integer.MAX_VALUE : dictionary.values.get((byte[]) value);
            }
        }

        @Override
        public void readBytes(int row, int count, ByteSink sink) {
            for (int place = 0; place < count; place++) {
                byte[] value = value(row + place) == null ? new byte[0] : (byte[]) value(row + place);
                sink.accept(value, 0, value.length);
            }
        }

        @Override
        public BlockStatistics statistics(int block) {
            List<Object[]> part = rows.rows().subList(block * BLOCK_ROWS, block * BLOCK_ROWS + blockRowCount(block));
            TreeSet<Object> values = new TreeSet<>(AggregateReference::compare);
            int nulls = 0;
            for (Object[] row : part) {
                if (row[index] == null) {
                    nulls++;
                } else if (!field().type().isNested()) {
                    values.add(row[index]);
                }
            }
            return values.isEmpty()
                    ? new BlockStatistics(nulls, null, null)
                    : new BlockStatistics(nulls, values.first(), values.last());
        }

        @Override
        public String encodingName(int block) {
            return "TEST";
        }
    }

    private static final class TestDictionary implements SegmentDictionary {
        private final TreeMap<byte[], Integer> values = new TreeMap<>(Arrays::compareUnsigned);
        private final List<byte[]> ordered = new ArrayList<>();

        void number() {
            values.replaceAll((value, _) -> {
                ordered.add(value);
                return ordered.size() - 1;
            });
        }

        @Override
        public int size() {
            return ordered.size();
        }

        @Override
        public byte[] value(int code) {
            return ordered.get(code).clone();
        }

        @Override
        public int length(int code) {
            return ordered.get(code).length;
        }

        @Override
        public void copy(int code, byte[] target, int offset) {
            System.arraycopy(ordered.get(code), 0, target, offset, ordered.get(code).length);
        }

        @Override
        public long hash(int code) {
            return Arrays.hashCode(ordered.get(code));
        }

        @Override
        public int find(byte[] value) {
            Integer code = values.get(value);
            return code != null ? code : -values.headMap(value).size() - 1;
        }
    }
}
