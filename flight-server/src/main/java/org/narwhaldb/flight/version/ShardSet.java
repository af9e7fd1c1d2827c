package org.narwhaldb.flight.version;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.BitSet;
import java.util.StringJoiner;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// An immutable set of shard numbers.
public final class ShardSet {
    public static final ShardSet EMPTY = new ShardSet(new BitSet());

    private final BitSet shards;

    private ShardSet(BitSet shards) {
        this.shards = shards;
    }

    public static ShardSet of(BitSet shards) {
        return new ShardSet((BitSet) shards.clone());
    }

    public static ShardSet of(int... numbers) {
        BitSet shards = new BitSet();
        for (int number : numbers) {
            shards.set(number);
        }
        return new ShardSet(shards);
    }

    /// Reads the wire form of a server's holdings: an array of numbers and `from-to` ranges, both ends inclusive.
    public static ShardSet parse(JsonNode array) {
        BitSet shards = new BitSet();
        for (JsonNode item : array) {
            String text = item.asText();
            int dash = text.indexOf('-');
            try {
                int from = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
                int to = dash < 0 ? from : Integer.parseInt(text.substring(dash + 1));
                shards.set(from, to + 1);
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new NarwhalException(ErrorCode.INVALID_REQUEST, "Not a shard range: [%s]".formatted(text), e);
            }
        }
        return new ShardSet(shards);
    }

    public boolean contains(int shard) {
        return shards.get(shard);
    }

    public boolean containsAll(ShardSet other) {
        BitSet missing = (BitSet) other.shards.clone();
        missing.andNot(shards);
        return missing.isEmpty();
    }

    public ShardSet union(ShardSet other) {
        BitSet union = (BitSet) shards.clone();
        union.or(other.shards);
        return new ShardSet(union);
    }

    /// The members that `other` lacks.
    public ShardSet minus(ShardSet other) {
        BitSet rest = (BitSet) shards.clone();
        rest.andNot(other.shards);
        return new ShardSet(rest);
    }

    public boolean isEmpty() {
        return shards.isEmpty();
    }

    /// For people: `{0, 3-7}`.
    public String ranges() {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        for (int from = shards.nextSetBit(0); from >= 0;) {
            int after = shards.nextClearBit(from);
            text.add(after == from + 1 ? String.valueOf(from) : from + "-" + (after - 1));
            from = shards.nextSetBit(after);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return shards.toString();
    }
}
