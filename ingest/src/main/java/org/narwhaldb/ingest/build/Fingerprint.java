package org.narwhaldb.ingest.build;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.narwhaldb.segment.Field;

/// Names things by what they are made of: the first 128 bits of a SHA-256 over the parts, each with its length, in hex.
final class Fingerprint {
    private static final int BYTES = 16;

    private Fingerprint() {}

    static String of(Object... parts) {
        MessageDigest digest = sha256();
        for (Object part : parts) {
            byte[] bytes = part.toString().getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    /// Ids and types of columns, nested ones too; names do not matter to what is stored.
    static String columns(List<Field> fields) {
        StringBuilder text = new StringBuilder();
        for (Field field : fields) {
            text.append(field.id()).append(':').append(field.type().kind()).append(field.type().precision()).append('.')
                    .append(field.type().scale()).append('(').append(columns(field.type().fields())).append(')');
        }
        return text.toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
