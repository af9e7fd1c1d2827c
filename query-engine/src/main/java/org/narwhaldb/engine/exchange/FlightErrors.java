package org.narwhaldb.engine.exchange;

import java.net.ConnectException;
import java.util.Optional;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Typed errors over Flight. The status' description is `CODE: message`; its metadata repeats the code under
/// [#CODE_KEY] and carries the SQLSTATE under [#SQL_STATE_KEY], so that a client may read either. A status that names
/// no code of ours did not come from Narwhal but from the connection.
public final class FlightErrors {
    public static final String CODE_KEY = "narwhal-error-code";
    public static final String SQL_STATE_KEY = "sqlstate";

    /// gRPC clients refuse headers of more than 8 KiB, and the message travels percent-encoded in one.
    private static final int ENCODED_LENGTH_MAX = 5_000;
    private static final String CUT = " [...]";

    private FlightErrors() {}

    public static CallStatus status(NarwhalException failure) {
        ErrorFlightMetadata metadata = new ErrorFlightMetadata();
        metadata.insert(CODE_KEY, failure.code().name());
        metadata.insert(SQL_STATE_KEY, failure.sqlState());
        return new CallStatus(statusCode(failure.code()), failure, cut(failure.code() + ": " + failure.getMessage()),
                metadata);
    }

    /// Anything thrown as what Flight sends: a typed error as [#status] says, a Flight error as it is, the rest as
    /// INTERNAL.
    public static FlightRuntimeException toFlight(Throwable failure) {
        return switch (failure) {
            case NarwhalException typed -> status(typed).toRuntimeException();
            case FlightRuntimeException flight -> flight;
            default -> status(internal(failure)).toRuntimeException();
        };
    }

    /// The typed error as it is; anything else as INTERNAL.
    public static NarwhalException internal(Throwable failure) {
        return failure instanceof NarwhalException typed ? typed
                : new NarwhalException(ErrorCode.INTERNAL,
                        "Unexpected failure [%s]; this is a defect of Narwhal".formatted(failure), failure);
    }

    /// The typed error that the other side raised; empty if this is not one.
    public static Optional<NarwhalException> typed(FlightRuntimeException failure) {
        CallStatus status = failure.status();
        String description = status.description() == null ? "" : status.description();
        int colon = description.indexOf(": ");
        String prefix = colon < 0 ? "" : description.substring(0, colon);
        ErrorFlightMetadata metadata = status.metadata();
        String name = metadata != null && metadata.containsKey(CODE_KEY) ? metadata.get(CODE_KEY) : prefix;
        String message = prefix.equals(name) && colon >= 0 ? description.substring(colon + 2) : description;
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return Optional.of(new NarwhalException(code, message, failure));
            }
        }
        return Optional.empty();
    }

    /// What a call to `peer` failed with: the typed error of the other side, else QUERY_TIMEOUT or SERVER_UNREACHABLE.
    public static NarwhalException fromFlight(FlightRuntimeException failure, String peer) {
        return typed(failure).orElseGet(() -> failure.status().code() == FlightStatusCode.TIMED_OUT
                ? new NarwhalException(ErrorCode.QUERY_TIMEOUT, "Server [%s] did not answer in time".formatted(peer),
                        failure)
                : new NarwhalException(ErrorCode.SERVER_UNREACHABLE, "Lost server [%s]: %s: %s".formatted(
                        peer, failure.status().code(), failure.status().description()), failure));
    }

    /// Whether nothing listens where the call went to: there is no process, or it has not begun to listen.
    public static boolean isRefused(NarwhalException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // a connection that timed out is a ConnectException too, by Netty's reckoning
            if (cause instanceof ConnectException && cause.getMessage() != null && cause.getMessage().contains("refused")) {
                return true;
            }
        }
        return false;
    }

    /// The cause of a failure that [#isRefused] recognises, for transports without sockets.
    static ConnectException refused(String message) {
        return new ConnectException("Connection refused: " + message);
    }

    private static FlightStatusCode statusCode(ErrorCode code) {
        return switch (code) {
            case TABLE_NOT_FOUND, SCHEMA_NOT_FOUND, FILE_NOT_FOUND -> FlightStatusCode.NOT_FOUND;
            case TABLE_EXISTS -> FlightStatusCode.ALREADY_EXISTS;
            case NOT_SUPPORTED -> FlightStatusCode.UNIMPLEMENTED;
            case QUERY_CANCELLED -> FlightStatusCode.CANCELLED;
            case QUERY_TIMEOUT -> FlightStatusCode.TIMED_OUT;
            case CORRUPT_SEGMENT, CORRUPT_VERSION -> FlightStatusCode.INTERNAL;
            default -> switch (code.kind()) {
                case USER -> FlightStatusCode.INVALID_ARGUMENT;
                case RESOURCE -> FlightStatusCode.RESOURCE_EXHAUSTED;
                case EXTERNAL -> FlightStatusCode.UNAVAILABLE;
                case INTERNAL -> FlightStatusCode.INTERNAL;
            };
        };
    }

    private static String cut(String text) {
        int encoded = 0;
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            encoded += character >= ' ' && character < 0x7f && character != '%' ? 1 : character < 0x80 ? 3 : 9;
            if (encoded > ENCODED_LENGTH_MAX) {
                int end = Character.isHighSurrogate(text.charAt(index - 1)) ? index - 1 : index;
                return text.substring(0, end) + CUT;
            }
        }
        return text;
    }
}
