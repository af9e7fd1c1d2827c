package org.narwhaldb.engine.exchange;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.narwhaldb.engine.profile.FragmentProfile;
import org.narwhaldb.engine.profile.OperatorProfile;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The bytes of a profile in a trailer, format 1, big-endian: the version (int8), peak bytes, blocks read and skipped (int64 each), partial
/// answers found and computed (int32 each), the count of operators (int32), and each one's operators (int32), rows, nanoseconds, peak bytes
/// (int64 each) and path (int32 length, UTF-8). A profile is a courtesy: what exceeds the limits is left out of it, and its writer refuses
/// nothing.
final class ProfileCodec {
    static final int VERSION = 1;
    static final int OPERATORS_MAX = 1_000;
    static final int PATH_BYTES_MAX = 1_000;
    private static final int OPERATOR_BYTES_MIN = 32;

    private ProfileCodec() {}

    static byte[] encode(FragmentProfile profile) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(profile.peakBytes());
            out.writeLong(profile.blocksRead());
            out.writeLong(profile.blocksSkipped());
            out.writeInt(profile.kept());
            out.writeInt(profile.computed());
            List<OperatorProfile> operators = profile.operators();
            int count = Math.min(OPERATORS_MAX, operators.size());
            out.writeInt(count);
            for (OperatorProfile operator : operators.subList(0, count)) {
                out.writeInt(operator.operators());
                out.writeLong(operator.rows());
                out.writeLong(operator.nanos());
                out.writeLong(operator.peakBytes());
                byte[] path = operator.path().getBytes(StandardCharsets.UTF_8);
                byte[] written = path.length <= PATH_BYTES_MAX ? path : beginning(path);
                out.writeInt(written.length);
                out.write(written);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Of whole characters.
    private static byte[] beginning(byte[] text) {
        int end = PATH_BYTES_MAX;
        while ((text[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(text, end);
    }

    /// @throws NarwhalException INVALID_REQUEST for anything but what `encode` writes
    static FragmentProfile decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            require(in.readByte() == VERSION, bytes);
            long peak = in.readLong();
            long read = in.readLong();
            long skipped = in.readLong();
            int kept = in.readInt();
            int computed = in.readInt();
            int count = in.readInt();
            require(count >= 0 && count <= OPERATORS_MAX && count <= in.available() / OPERATOR_BYTES_MIN, bytes);
            List<OperatorProfile> operators = new ArrayList<>(count);
            for (int index = 0; index < count; index++) {
                operators.add(new OperatorProfile(in.readInt(), in.readLong(), in.readLong(), in.readLong(), path(in, bytes)));
            }
            require(in.available() == 0, bytes);
            return new FragmentProfile(operators, peak, read, skipped, kept, computed);
        } catch (IOException e) {
            throw new NarwhalException(ErrorCode.INVALID_REQUEST,
                    "Malformed profile: it ends after [%d] bytes".formatted(bytes.length), e);
        }
    }

    private static String path(DataInputStream in, byte[] bytes) throws IOException {
        int length = in.readInt();
        require(length >= 0 && length <= PATH_BYTES_MAX && length <= in.available(), bytes);
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static void require(boolean condition, byte[] bytes) {
        if (!condition) {
            throw NarwhalException.of(ErrorCode.INVALID_REQUEST, "Malformed profile of [%d] bytes", bytes.length);
        }
    }
}
