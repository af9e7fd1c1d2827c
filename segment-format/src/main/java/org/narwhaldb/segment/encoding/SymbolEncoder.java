package org.narwhaldb.segment.encoding;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/// Finds the symbols that shorten a block's values most, and writes values in their codes.
///
/// Training follows FSST, algorithm 3: starting from no symbols, or those of the block before, a sample is compressed
/// with the table so far, single symbols and neighbours are counted, and the next table is made of those symbols and
/// concatenations of two that cover the most bytes. A symbol grows to 8 bytes in three rounds, and the set settles in
/// some more than the five of the paper. Matching is by the longest symbol, exact: symbols that begin with the same two
/// bytes are chained from the longest down.
final class SymbolEncoder {
    private static final int FIRST_ROUNDS = 12;
    /// From the symbols of the block before.
    private static final int NEXT_ROUNDS = 2;
    /// Neighbours seen less often in a sample make no symbol.
    private static final int PAIR_COUNT_MIN = 3;
    private static final int SAMPLE_BYTES = 1 << 15;
    /// Symbols below stand for a byte each, as the codes of a table start above.
    private static final int BYTES = 256;
    private static final int CODES = 2 * BYTES;
    private static final int CODE_BITS = 9;
    /// A symbol of one byte saves an escape, which doubles the byte.
    private static final int BYTE_GAIN = 8;
    private static final int PAIRS = 1 << Short.SIZE;
    private static final short NONE = -1;
    private static final int BYTE_MASK = 0xFF;
    private static final int SHORT_MASK = 0xFFFF;

    private final int[] counts = new int[CODES];
    private final int[] pairCounts = new int[CODES * CODES];
    private final int[] pairsSeen = new int[SAMPLE_BYTES];
    private int pairsSeenCount;
    /// By first byte the code of that byte alone.
    private final short[] byteCodes = new short[BYTES];
    /// By first two bytes the longest symbol of at least two.
    private final short[] heads = new short[PAIRS];
    private final short[] next = new short[BYTES];
    /// By code the symbol, which bytes of a word it takes, and its length: out of the table for the inner loop.
    private final long[] symbols = new long[BYTES];
    private final long[] masks = new long[BYTES];
    private final int[] lengths = new int[BYTES];
    private SymbolTable table = new SymbolTable(new long[0], new byte[0]);

    SymbolEncoder() {
        Arrays.fill(heads, NONE);
        use(table);
    }

    private record Candidate(long symbol, int length, long gain) {
        /// The larger gain first; then an order that doesn't depend on where a candidate came from.
        static final Comparator<Candidate> BEST_FIRST = Comparator.comparingLong(Candidate::gain).reversed()
                .thenComparingInt(Candidate::length).thenComparingLong(Candidate::symbol);
    }

    /// Trains on a sample of the values, starting from the symbols found before, and keeps the table for [#encode].
    ///
    /// @param ends of the values in `bytes`, which are gapless from 0
    SymbolTable train(byte[] bytes, int[] ends, int count) {
        int rounds = table.size() == 0 ? FIRST_ROUNDS : NEXT_ROUNDS;
        int total = count == 0 ? 0 : ends[count - 1];
        int step = Math.max(1, total / SAMPLE_BYTES);
        for (int round = 0; round < rounds; round++) {
            int sampled = 0;
            for (int i = 0; i < count && sampled < SAMPLE_BYTES; i += step) {
                int start = i == 0 ? 0 : ends[i - 1];
                int length = Math.min(ends[i] - start, SAMPLE_BYTES - sampled);
                countIn(bytes, start, start + length);
                sampled += length;
            }
            use(bestOfCounted());
        }
        return table;
    }

    /// Writes a value in codes.
    ///
    /// @param target with room for twice its length from `at` on
    /// @return where the codes end
    int encode(byte[] bytes, int offset, int end, byte[] target, int at) {
        int from = offset;
        int out = at;
        while (from < end) {
            int code = longest(bytes, from, end);
            if (code >= BYTES) {
                target[out++] = (byte) (code - BYTES);
                from += lengths[code - BYTES];
            } else {
                target[out++] = (byte) SymbolTable.ESCAPE;
                target[out++] = bytes[from++];
            }
        }
        return out;
    }

    private void countIn(byte[] bytes, int start, int end) {
        int previous = -1;
        int from = start;
        while (from < end) {
            int code = longest(bytes, from, end);
            int length = lengthOf(code);
            counts[code]++;
            if (previous >= 0) {
                int pair = previous << CODE_BITS | code;
                if (pairCounts[pair]++ == 0) {
                    pairsSeen[pairsSeenCount++] = pair;
                }
            }
            previous = code;
            from += length;
        }
    }

    /// The table of the symbols and concatenations that cover most; forgets the counts.
    private SymbolTable bestOfCounted() {
        var candidates = new HashMap<Candidate, Long>();
        for (int code = 0; code < CODES; code++) {
            if (counts[code] > 0) {
                int length = lengthOf(code);
                add(candidates, symbolOf(code), length, (long) counts[code] * (length == 1 ? BYTE_GAIN : length));
            }
        }
        for (int i = 0; i < pairsSeenCount; i++) {
            int first = pairsSeen[i] >>> CODE_BITS;
            int second = pairsSeen[i] & CODES - 1;
            int length = lengthOf(first) + lengthOf(second);
            if (length <= SymbolTable.SYMBOL_BYTES_MAX && pairCounts[pairsSeen[i]] >= PAIR_COUNT_MIN) {
                long symbol = symbolOf(first) | symbolOf(second) << lengthOf(first) * Byte.SIZE;
                add(candidates, symbol, length, (long) pairCounts[pairsSeen[i]] * length);
            }
            pairCounts[pairsSeen[i]] = 0;
        }
        Arrays.fill(counts, 0);
        pairsSeenCount = 0;
        var best = new PriorityQueue<Candidate>(Candidate.BEST_FIRST);
        candidates.forEach((candidate, gain) -> best.add(new Candidate(candidate.symbol, candidate.length, gain)));
        int size = Math.min(best.size(), SymbolTable.SYMBOLS_MAX);
        long[] symbols = new long[size];
        byte[] lengths = new byte[size];
        for (int code = 0; code < size; code++) {
            Candidate candidate = best.remove();
            symbols[code] = candidate.symbol;
            lengths[code] = (byte) candidate.length;
        }
        return new SymbolTable(symbols, lengths);
    }

    private static void add(Map<Candidate, Long> candidates, long symbol, int length, long gain) {
        candidates.merge(new Candidate(symbol, length, 0), gain, Long::sum);
    }

    private int lengthOf(int code) {
        return code < BYTES ? 1 : lengths[code - BYTES];
    }

    private long symbolOf(int code) {
        return code < BYTES ? code : symbols[code - BYTES];
    }

    /// Builds what finds the longest symbol.
    private void use(SymbolTable newTable) {
        for (int code = 0; code < table.size(); code++) {
            heads[(int) table.symbol(code) & SHORT_MASK] = NONE;
        }
        table = newTable;
        for (int code = 0; code < table.size(); code++) {
            symbols[code] = table.symbol(code);
            lengths[code] = table.length(code);
            masks[code] = -1L >>> Long.SIZE - lengths[code] * Byte.SIZE;
        }
        Arrays.fill(byteCodes, NONE);
        for (int length = 1; length <= SymbolTable.SYMBOL_BYTES_MAX; length++) {
            for (int code = 0; code < table.size(); code++) {
                if (table.length(code) == length) {
                    long symbol = table.symbol(code);
                    if (length == 1) {
                        byteCodes[(int) symbol & BYTE_MASK] = (short) code;
                    } else {
                        next[code] = heads[(int) symbol & SHORT_MASK];
                        heads[(int) symbol & SHORT_MASK] = (short) code;
                    }
                }
            }
        }
    }

    /// The code of the longest symbol that the bytes start with, plus 256; the byte itself if there is none.
    private int longest(byte[] bytes, int from, int end) {
        int rest = end - from;
        if (rest >= 2) {
            long word = word(bytes, from, rest);
            for (int code = heads[(int) word & SHORT_MASK]; code >= 0; code = next[code]) {
                if ((word & masks[code]) == symbols[code] && lengths[code] <= rest) {
                    return code + BYTES;
                }
            }
        }
        int single = byteCodes[bytes[from] & BYTE_MASK];
        return single >= 0 ? single + BYTES : bytes[from] & BYTE_MASK;
    }

    private static long word(byte[] bytes, int from, int rest) {
        if (from + Long.BYTES <= bytes.length) {
            return (long) LittleEndian.LONGS.get(bytes, from);
        }
        long word = 0;
        for (int i = Math.min(rest, Long.BYTES) - 1; i >= 0; i--) {
            word = word << Byte.SIZE | bytes[from + i] & BYTE_MASK;
        }
        return word;
    }
}
