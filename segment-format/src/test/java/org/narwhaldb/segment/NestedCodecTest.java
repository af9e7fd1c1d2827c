package org.narwhaldb.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class NestedCodecTest {
    private final long seed = RandomValues.seed();
    private final RandomValues values = new RandomValues(seed);

    @Test
    void decodesWhatItEncodedToTheSameBytesAgain() {
        for (int i = 0; i < 2_000; i++) {
            ColumnType type = values.type(3);
            Object value = values.valueOrNull(type);

            byte[] bytes = NestedCodec.encode(value, type);
            Object decoded = NestedCodec.decode(bytes, type);

            assertThat(ValueOrder.compare(value, decoded, type)).as("seed %d, type %s", seed, type).isZero();
            assertThat(NestedCodec.encode(decoded, type)).as("seed %d, type %s", seed, type).isEqualTo(bytes);
        }
    }

    @Test
    void writesTheBytesThatItsSpecificationNames() {
        var type = ColumnType.struct(List.of(
                new Field(1, "flag", ColumnType.BOOLEAN, true),
                new Field(2, "numbers", ColumnType.list(new Field(3, "element", ColumnType.LONG, true)), true),
                new Field(4, "text", ColumnType.STRING, true)));
        Object value = new Object[] {true, new Object[] {-1L, null, 64L}, "é".getBytes()};

        assertThat(HexFormat.of().formatHex(NestedCodec.encode(value, type)))
                .isEqualTo("01" + "0101" + "0103" + "0101" + "00" + "018001" + "0102c3a9");
    }

    @Test
    void refusesEveryTruncation() {
        for (int i = 0; i < 300; i++) {
            ColumnType type = values.type(3);
            byte[] bytes = NestedCodec.encode(values.value(type), type);
            for (int length = 0; length < bytes.length; length++) {
                byte[] part = Arrays.copyOf(bytes, length);
                assertThatIllegalArgumentException().as("seed %d, type %s", seed, type)
                        .isThrownBy(() -> NestedCodec.decode(part, type));
            }
        }
    }

    @Test
    void readsNoBytesButTheCanonicalOnes() {
        for (int i = 0; i < 5_000; i++) {
            ColumnType type = values.type(3);
            byte[] bytes = NestedCodec.encode(values.value(type), type);
            bytes[values.random.nextInt(bytes.length)] = (byte) values.random.nextInt();
            Object decoded;
            try {
                decoded = NestedCodec.decode(bytes, type);
            } catch (IllegalArgumentException refused) {
                continue;
            }
            assertThat(NestedCodec.encode(decoded, type)).as("seed %d, type %s", seed, type).isEqualTo(bytes);
        }
    }

    @Test
    void refusesALengthBeyondTheBytesWithoutAllocatingIt() {
        var type = ColumnType.list(new Field(1, "element", ColumnType.LONG, true));
        byte[] bytes = HexFormat.of().parseHex("01ffffffff07");

        assertThatIllegalArgumentException().isThrownBy(() -> NestedCodec.decode(bytes, type))
                .withMessage("Length [2147483647] with 0 bytes left");
    }

    @Test
    void refusesAValueOfAnotherShape() {
        assertThatIllegalArgumentException().isThrownBy(() -> NestedCodec.encode("text", ColumnType.LONG))
                .withMessage("Value does not have the shape of type LONG");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NestedCodec.encode(new Object[] {1L}, ColumnType.struct(List.of())));
    }
}
