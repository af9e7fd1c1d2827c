package org.narwhaldb.flight.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.RequestContext;
import org.narwhaldb.segment.error.NarwhalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A session that lives with its client: options come with each call, in a signed cookie and in headers of the same names
/// (which the stock JDBC driver makes of unknown connection properties); a header wins. A changed option goes back as a new cookie. No
/// process keeps anything, so any front end serves any call.
public final class SessionMiddleware implements FlightServerMiddleware {
    public static final Key<SessionMiddleware> KEY = Key.of("narwhal-session");
    private static final Logger LOG = LoggerFactory.getLogger(SessionMiddleware.class);
    private static final String COOKIE = "narwhal-session";
    private static final Duration COOKIE_LIFE = Duration.ofHours(12);

    private final Factory factory;
    private SessionOptions options;
    private String cookieToSend;

    private SessionMiddleware(Factory factory, SessionOptions options) {
        this.factory = factory;
        this.options = options;
    }

    public SessionOptions options() {
        return options;
    }

    /// Keeps the options for the client's next calls.
    public void change(SessionOptions changed) {
        options = changed;
        byte[] token = factory.tokens.sign(encode(changed), COOKIE_LIFE);
        cookieToSend = COOKIE + "=" + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    public void forget() {
        options = SessionOptions.NONE;
        cookieToSend = COOKIE + "=; Max-Age=0";
    }

    @Override
    public void onBeforeSendingHeaders(CallHeaders headers) {
        if (cookieToSend != null) {
            headers.insert("set-cookie", cookieToSend);
        }
    }

    @Override
    public void onCallCompleted(CallStatus status) {
        // nothing was kept
    }

    @Override
    public void onCallErrored(Throwable error) {
        // nothing was kept
    }

    private static byte[] encode(SessionOptions options) {
        StringBuilder text = new StringBuilder();
        options.values().forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    public static final class Factory implements FlightServerMiddleware.Factory<SessionMiddleware> {
        private final SignedTokens tokens;

        public Factory(SignedTokens tokens) {
            this.tokens = tokens;
        }

        @Override
        public SessionMiddleware onCallStarted(CallInfo info, CallHeaders headers, RequestContext context) {
            Map<String, String> values = new LinkedHashMap<>();
            Iterable<String> cookies = headers.getAll("cookie");
            if (cookies != null) {
                cookies.forEach(line -> readCookies(line, values));
            }
            for (String name : SessionOptions.NAMES) {
                String value = headers.get(name);
                if (value != null) {
                    values.put(name, value);
                }
            }
            return new SessionMiddleware(this, new SessionOptions(values));
        }

        private void readCookies(String cookies, Map<String, String> values) {
            for (String cookie : cookies.split(";")) {
                int equals = cookie.indexOf('=');
                if (equals > 0 && cookie.substring(0, equals).trim().equals(COOKIE)) {
                    readCookie(cookie.substring(equals + 1).trim(), values);
                }
            }
        }

        /// A foreign or expired cookie is no error: the client may have it from another server on this port. It counts as none.
        private void readCookie(String value, Map<String, String> values) {
            try {
                byte[] payload = tokens.verify(Base64.getUrlDecoder().decode(value.replace("\"", "")), "session cookie");
                new String(payload, StandardCharsets.UTF_8).lines().forEach(line -> {
                    int equals = line.indexOf('=');
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                });
            } catch (NarwhalException | IllegalArgumentException e) {
                LOG.debug("Ignoring a session cookie: {}", e.getMessage());
            }
        }
    }
}
