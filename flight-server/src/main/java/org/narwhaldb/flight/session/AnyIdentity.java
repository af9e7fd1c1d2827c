package org.narwhaldb.flight.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.auth2.CallHeaderAuthenticator;

/// Takes clients at their word: Narwhal has no user database yet, so any name is accepted, and none too. It
/// speaks the handshake that clients expect: Basic credentials are answered with a Bearer token that any front end takes.
public final class AnyIdentity implements CallHeaderAuthenticator {
    private static final String AUTHORIZATION = "authorization";
    private static final String ANONYMOUS = "anonymous";
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);

    private final SignedTokens tokens;

    public AnyIdentity(SignedTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public AuthResult authenticate(CallHeaders headers) {
        String authorization = headers.get(AUTHORIZATION);
        if (authorization != null && authorization.startsWith("Basic ")) {
            String user = user(authorization.substring("Basic ".length()));
            String bearer = Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(tokens.sign(user.getBytes(StandardCharsets.UTF_8), TOKEN_LIFE));
            return new Identity(user, "Bearer " + bearer);
        }
        return new Identity(ANONYMOUS, authorization);
    }

    private static String user(String credentials) {
        try {
            String decoded = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
            int colon = decoded.indexOf(':');
            return colon < 0 ? decoded : decoded.substring(0, colon);
        } catch (IllegalArgumentException e) {
            return ANONYMOUS;
        }
    }

    /// @param authorization what the client is to send from now on, or null
    private record Identity(String user, String authorization) implements AuthResult {
        @Override
        public String getPeerIdentity() {
            return user;
        }

        @Override
        public void appendToOutgoingHeaders(CallHeaders headers) {
            if (authorization != null) {
                headers.insert(AUTHORIZATION, authorization);
            }
        }
    }
}
