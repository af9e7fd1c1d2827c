package org.narwhaldb.engine.scan;

import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.Expression.Call;
import org.narwhaldb.engine.plan.Expression.Literal;
import org.narwhaldb.segment.BlockStatistics;
import org.narwhaldb.segment.ColumnType.Physical;
import org.narwhaldb.segment.Segment;
import org.narwhaldb.segment.SegmentColumn;
import org.narwhaldb.segment.encoding.BytesBlock;
import org.narwhaldb.segment.encoding.ValueBlock;

/// Texts without a dictionary that are one of a few, start with one or contain one; or are not and don't. Each is looked at
/// where the block's reader has it, and goes nowhere from there.
final class TextTest extends ColumnTest {
    private static final int COST = 400;
    private static final int MEMBERS_MAX = 16;
    private static final int PART = 1_024;
    private static final int PART_WORDS = PART / Long.SIZE;
    /// With fewer rows of a part they are read one by one.
    private static final int PART_ROWS_MIN = 16;

    private enum Kind { EQUAL, PREFIX, CONTAINS }

    private final Kind kind;
    private final byte[][] texts;
    private final boolean negate;

    private TextTest(Segment segment, SegmentColumn column, Kind kind, byte[][] texts, boolean negate) {
        super(segment, column, false);
        this.kind = kind;
        this.texts = texts;
        this.negate = negate;
    }

    /// Null if the call is no such predicate.
    static BlockTest of(Segment segment, ScanColumn[] columns, Call call, boolean truth) {
        List<Expression> arguments = call.arguments();
        if (arguments.size() < 2) {
            return null;
        }
        SegmentColumn column = FilterCompiler.stored(arguments.getFirst(), columns, Physical.BYTES);
        if (column == null || column.dictionary() != null
                || !arguments.subList(1, arguments.size()).stream().allMatch(TextTest::isText)) {
            return null;
        }
        byte[][] texts = arguments.subList(1, arguments.size()).stream()
                .map(literal -> (byte[]) ((Literal) literal).value()).toArray(byte[][]::new);
        return switch (call.function()) {
            case EQUAL -> new TextTest(segment, column, Kind.EQUAL, texts, !truth);
            case NOT_EQUAL -> new TextTest(segment, column, Kind.EQUAL, texts, truth);
            case IN -> texts.length > MEMBERS_MAX ? null
                    : new TextTest(segment, column, Kind.EQUAL, texts, !truth);
            case STARTS_WITH -> new TextTest(segment, column, Kind.PREFIX, texts, !truth);
            case LIKE -> texts.length == 1 ? like(segment, column, texts[0], !truth) : null;
            default -> null;
        };
    }

    private static boolean isText(Expression expression) {
        return expression instanceof Literal literal && literal.value() instanceof byte[];
    }

    private static TextTest like(Segment segment, SegmentColumn column, byte[] pattern, boolean negate) {
        byte[] prefix = DictionaryTests.prefix(pattern);
        if (prefix != null) {
            return new TextTest(segment, column, Kind.PREFIX, new byte[][] {prefix}, negate);
        }
        byte[] contained = pattern.length > 1 && pattern[0] == '%'
                ? DictionaryTests.prefix(Arrays.copyOfRange(pattern, 1, pattern.length)) : null;
        return contained == null ? null
                : new TextTest(segment, column, Kind.CONTAINS, new byte[][] {contained}, negate);
    }

    @Override
    Verdict verdict(BlockStatistics statistics) {
        if (kind == Kind.CONTAINS || !(statistics.min() instanceof byte[] min)
                || !(statistics.max() instanceof byte[] max)) {
            return Verdict.SOME;
        }
        for (byte[] text : texts) {
            boolean isAbove = Arrays.compareUnsigned(text, max) > 0;
            boolean isBelow = Arrays.compareUnsigned(text, min) < 0
                    && (kind == Kind.EQUAL || !startsWith(min, 0, min.length, text));
            if (!isAbove && !isBelow) {
                return Verdict.SOME;
            }
        }
        return negate ? Verdict.ALL : Verdict.NONE;
    }

    @Override
    void keepValues(ValueBlock values, BlockRows rows) {
        BytesBlock block = (BytesBlock) values;
        Sink sink = new Sink(rows.bitmap());
        for (int word = 0; word < rows.words(); word += PART_WORDS) {
            int end = Math.min(rows.words(), word + PART_WORDS);
            int count = 0;
            for (int index = word; index < end; index++) {
                count += Long.bitCount(rows.bitmap()[index]);
            }
            if (count >= PART_ROWS_MIN) {
                int first = word * Long.SIZE;
                sink.row = first;
                block.read(first, Math.min(PART, rows.rowCount() - first), sink);
            } else if (count > 0) {
                readFew(block, word, end, sink);
            }
        }
    }

    private static void readFew(BytesBlock block, int from, int to, Sink sink) {
        for (int word = from; word < to; word++) {
            for (long bits = sink.bitmap[word]; bits != 0; bits &= bits - 1) {
                sink.row = (word << 6) + Long.numberOfTrailingZeros(bits);
                block.read(sink.row, 1, sink);
            }
        }
    }

    /// Takes the row out whose text it is given, if it fails.
    private final class Sink implements SegmentColumn.ByteSink {
        private final long[] bitmap;
        private int row;

        Sink(long[] bitmap) {
            this.bitmap = bitmap;
        }

        @Override
        public void accept(byte[] bytes, int offset, int length) {
            if ((bitmap[row >> 6] >>> row & 1) != 0 && matches(bytes, offset, length) == negate) {
                bitmap[row >> 6] &= ~(1L << row);
            }
            row++;
        }
    }

    private boolean matches(byte[] bytes, int offset, int length) {
        int end = offset + length;
        switch (kind) {
            case EQUAL -> {
                for (byte[] text : texts) {
                    if (text.length == length && Arrays.equals(bytes, offset, end, text, 0, length)) {
                        return true;
                    }
                }
                return false;
            }
            case PREFIX -> {
                return startsWith(bytes, offset, end, texts[0]);
            }
            default -> {
                return contains(bytes, offset, end, texts[0]);
            }
        }
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
        return to - from >= prefix.length
                && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }

    private static boolean contains(byte[] bytes, int from, int to, byte[] text) {
        int last = to - text.length;
        if (text.length == 0) {
            return true;
        }
        for (int at = from; at <= last; at++) {
            if (bytes[at] == text[0] && Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int cost() {
        return COST;
    }
}
