package org.narwhaldb.flight.session;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Wraps what a client carries for us (statement handles, tickets, session options) so that any front end with the same key can
/// trust it: `version (1 byte) | expiry, epoch millis (8) | payload | HMAC-SHA256 of all before (32)`, big-endian.
public final class SignedTokens {
    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 9;
    private static final int SIGNATURE_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    /// Keyed, never fed: to look an algorithm up costs more than to copy it.
    private final Mac mac;
    private final InstantSource clock;

    /// @param key shared by all front ends of the cluster, at least 16 bytes
    public SignedTokens(byte[] key, InstantSource clock) {
        if (key.length < 16) {
            throw NarwhalException.of(ErrorCode.INVALID_CONFIGURATION, "The ticket key has [%d] bytes; at least 16 are needed", key.length);
        }
        this.clock = clock;
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new NarwhalException(ErrorCode.INTERNAL, "No " + ALGORITHM + " in this JVM", e);
        }
    }

    public byte[] sign(byte[] payload, Duration life) {
        ByteBuffer token = ByteBuffer.allocate(HEADER_BYTES + payload.length + SIGNATURE_BYTES);
        token.put(VERSION).putLong(clock.instant().plus(life).toEpochMilli()).put(payload);
        byte[] signature = signature(token.array(), HEADER_BYTES + payload.length);
        return token.put(signature).array();
    }

    /// The payload.
    ///
    /// @param what for messages: `ticket`, `prepared statement`, …
    /// @throws NarwhalException INVALID_TICKET for anything this cluster did not sign, EXPIRED_TICKET
    public byte[] verify(byte[] token, String what) {
        int signed = token.length - SIGNATURE_BYTES;
        if (signed < HEADER_BYTES || token[0] != VERSION
                || !MessageDigest.isEqual(signature(token, signed), Arrays.copyOfRange(token, signed, token.length))) {
            throw NarwhalException.of(ErrorCode.INVALID_TICKET, "The %s was not made by this cluster, or was changed on the way", what);
        }
        long expiry = ByteBuffer.wrap(token).getLong(1);
        if (clock.instant().toEpochMilli() > expiry) {
            throw NarwhalException.of(ErrorCode.EXPIRED_TICKET, "The %s has expired; make a new one", what);
        }
        return Arrays.copyOfRange(token, HEADER_BYTES, signed);
    }

    private byte[] signature(byte[] bytes, int length) {
        try {
            Mac own = (Mac) mac.clone();
            own.update(bytes, 0, length);
            return own.doFinal();
        } catch (CloneNotSupportedException e) {
            throw new NarwhalException(ErrorCode.INTERNAL, "No copies of " + ALGORITHM + " in this JVM", e);
        }
    }
}
