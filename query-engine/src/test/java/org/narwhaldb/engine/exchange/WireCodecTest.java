package org.narwhaldb.engine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flight.CallStatus;
import org.junit.jupiter.api.Test;
import org.narwhaldb.engine.batch.Batch;
import org.narwhaldb.engine.operator.Broadcast;
import org.narwhaldb.engine.profile.FragmentProfile;
import org.narwhaldb.engine.profile.OperatorProfile;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

class WireCodecTest {
    @Test
    void damagedRequestsAreRefusedOrReadButNeverCrash() {
        long seed = Seeds.next();
        Random random = new Random(seed);
        byte[] good = WireCodec.encode(TransportFixture.request(RandomBatches.everyType()));
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = random.nextInt(4); flips >= 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                WireCodec.decodeRequest(bad);
            } catch (NarwhalException e) {
                assertThat(e.code()).as("narwhal.seed=%d: %s", seed, e).isEqualTo(ErrorCode.INVALID_REQUEST);
            } catch (RuntimeException e) {
                throw new AssertionError("narwhal.seed=" + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void damagedBroadcastsAreRefusedOrReadButNeverCrash() {
        long seed = Seeds.next();
        Random random = new Random(seed);
        List<Field> fields = RandomBatches.everyType().stream()
                .filter(field -> field.type().physical() != ColumnType.Physical.NESTED).toList();
        Batch rows = RandomBatches.batch(fields, 50, random);
        byte[] good = BroadcastCodec.encode(new Broadcast(1, fields, rows.columns(), 50, null));
        RandomBatches.assertSame(List.of(rows), List.of(
                new Batch(50, BroadcastCodec.decode(1, fields, ByteBuffer.wrap(good)).columns())));
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = random.nextInt(4); flips >= 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                BroadcastCodec.decode(1, fields, ByteBuffer.wrap(bad));
            } catch (NarwhalException e) {
                assertThat(e.code()).as("narwhal.seed=%d: %s", seed, e).isEqualTo(ErrorCode.INVALID_REQUEST);
            } catch (BufferUnderflowException _) {
                // the request's decoder types it
            } catch (RuntimeException e) {
                throw new AssertionError("narwhal.seed=" + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void aTrailerComesBackAsItWas() {
        FragmentTrailer trailer = new FragmentTrailer("q-☃", 1, 2, 3, 4, Long.MIN_VALUE, 5, 6, 7, true);

        assertThat(WireCodec.decodeTrailer(WireCodec.encode(trailer))).isEqualTo(trailer);
        assertThat(WireCodec.decodeRows(WireCodec.encodeRows(List.of(1, 0, 4096)))).containsExactly(1, 0, 4096);
    }

    @Test
    void aProfileComesBackAsItWas() {
        FragmentProfile profile = new FragmentProfile(List.of(new OperatorProfile(3, 1L << 40, 5, 6, "dense 7, ☃"), OperatorProfile.NONE),
                8, 9, 10, 11, 12);
        FragmentTrailer trailer = new FragmentTrailer("q", 1, 2, 3, 4, 5, 6, 7, 8, false, profile);
        FragmentRequest plain = TransportFixture.request(RandomBatches.everyType());
        FragmentRequest asking = new FragmentRequest(plain.queryId(), 3, 1, 2, plain.table(), plain.versionId(), plain.root(),
                plain.pairs(), List.of(), true, true, 5, 6);

        assertThat(WireCodec.decodeTrailer(WireCodec.encode(trailer))).isEqualTo(trailer);
        assertThat(WireCodec.decodeRequest(WireCodec.encode(asking)).profiled()).isTrue();
        assertThat(WireCodec.decodeRequest(WireCodec.encode(plain)).profiled()).isFalse();
    }

    @Test
    void whatIsExchangedComesBackAsItWas() {
        FragmentRequest plain = TransportFixture.request(RandomBatches.everyType());
        HashExchange.Merge merge = new HashExchange.Merge(1, 3, List.of(
                new HashExchange.Producer(plain.pairs().size(), List.of(new Transport.NodeAddress("a-☃", "host", 7))),
                new HashExchange.Producer(0, List.of())));

        for (HashExchange exchange : List.of(merge, new HashExchange.Share(0, 2, true), new HashExchange.Share(1, 2, false))) {
            FragmentRequest asking = plain.of(4, plain.root(), plain.pairs(), exchange);

            FragmentRequest back = WireCodec.decodeRequest(WireCodec.encode(asking));

            assertThat(back.exchange()).isEqualTo(exchange);
            assertThat(back.part()).isEqualTo(4);
        }
        assertThat(WireCodec.decodeRequest(WireCodec.encode(plain)).exchange()).isNull();
        HashExchange.Merge fewer = new HashExchange.Merge(1, 3, List.of(new HashExchange.Producer(plain.pairs().size() + 1, List.of())));
        assertThatThrownBy(() -> WireCodec.decodeRequest(WireCodec.encode(plain.of(4, plain.root(), plain.pairs(), fewer))))
                .isInstanceOf(NarwhalException.class).hasMessageContaining("producers");
    }

    @Test
    void whatIsTooMuchForAProfileIsLeftOut() {
        OperatorProfile operator = new OperatorProfile(1, 2, 3, 4, "☃".repeat(ProfileCodec.PATH_BYTES_MAX));
        List<OperatorProfile> operators = Collections.nCopies(ProfileCodec.OPERATORS_MAX + 5, operator);

        FragmentProfile back = ProfileCodec.decode(ProfileCodec.encode(new FragmentProfile(operators, 1, 2, 3, 4, 5)));

        assertThat(back.operators()).hasSize(ProfileCodec.OPERATORS_MAX)
                .allMatch(each -> each.path().equals("☃".repeat(ProfileCodec.PATH_BYTES_MAX / 3)) && each.rows() == 2);
    }

    @Test
    void damagedProfilesAreRefusedOrReadButNeverCrash() {
        long seed = Seeds.next();
        Random random = new Random(seed);
        byte[] good = ProfileCodec.encode(new FragmentProfile(
                Collections.nCopies(5, new OperatorProfile(1, 2, 3, 4, "path")), 1, 2, 3, 4, 5));
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = random.nextInt(4); flips >= 0 && bad.length > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                ProfileCodec.decode(bad);
            } catch (NarwhalException e) {
                assertThat(e.code()).as("narwhal.seed=%d: %s", seed, e).isEqualTo(ErrorCode.INVALID_REQUEST);
            } catch (RuntimeException e) {
                throw new AssertionError("narwhal.seed=" + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void everyErrorCodeCrossesFlight() {
        for (ErrorCode code : ErrorCode.values()) {
            NarwhalException sent = new NarwhalException(code, "What: happened, where");

            NarwhalException back = FlightErrors.fromFlight(FlightErrors.toFlight(sent), "node");

            assertThat(back.code()).isEqualTo(code);
            assertThat(back).hasMessage("What: happened, where");
            assertThat(FlightErrors.status(sent).metadata().get(FlightErrors.SQL_STATE_KEY)).isEqualTo(code.sqlState());
        }
    }

    @Test
    void theDescriptionAloneNamesTheCodeAndForeignStatusesAreTheConnections() {
        assertThat(FlightErrors.typed(CallStatus.NOT_FOUND.withDescription("TABLE_NOT_FOUND: No table [x]")
                .toRuntimeException()))
                .get().satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TABLE_NOT_FOUND))
                .extracting(Throwable::getMessage).isEqualTo("No table [x]");
        assertThat(FlightErrors.typed(CallStatus.UNAVAILABLE.withDescription("io exception: x").toRuntimeException()))
                .isEmpty();
        assertThat(FlightErrors.fromFlight(CallStatus.UNAVAILABLE.toRuntimeException(), "node-1"))
                .hasMessageContaining("node-1").extracting(NarwhalException::code)
                        .isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    }
}
