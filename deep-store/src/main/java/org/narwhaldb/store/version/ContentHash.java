package org.narwhaldb.store.version;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 (FIPS 180-4), cut to what a name or a checksum needs.
final class ContentHash {
    private static final int NAME_BYTES = 16;

    private ContentHash() {}

    /// 32 hexadecimal digits.
    static String of(byte[]... parts) {
        return of(NAME_BYTES, parts);
    }

    static String of(int lengthBytes, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, lengthBytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
