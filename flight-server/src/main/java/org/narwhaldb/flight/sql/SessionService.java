package org.narwhaldb.flight.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.flight.FlightProducer.CallContext;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.NoOpSessionOptionValueVisitor;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.flight.session.SessionMiddleware;
import org.narwhaldb.flight.session.SessionOptions;
import org.narwhaldb.segment.error.NarwhalException;

/// Session options in the shapes of Flight.
final class SessionService {
    private final SessionOptions.Defaults defaults;

    SessionService(SessionOptions.Defaults defaults) {
        this.defaults = defaults;
    }

    SessionMiddleware middleware(CallContext context) {
        return context.getMiddleware(SessionMiddleware.KEY);
    }

    SessionState state(CallContext context) {
        return middleware(context).options().state(defaults);
    }

    SetSessionOptionsResult set(SetSessionOptionsRequest request, CallContext context) {
        SessionMiddleware session = middleware(context);
        SessionOptions options = session.options();
        Map<String, SetSessionOptionsResult.Error> errors = new LinkedHashMap<>();
        for (Map.Entry<String, SessionOptionValue> option : request.getSessionOptions().entrySet()) {
            boolean known = SessionOptions.NAMES.contains(option.getKey());
            try {
                options = options.with(option.getKey(), option.getValue().acceptVisitor(TEXT), defaults);
            } catch (NarwhalException e) {
                errors.put(option.getKey(), new SetSessionOptionsResult.Error(known
                        ? SetSessionOptionsResult.ErrorValue.INVALID_VALUE : SetSessionOptionsResult.ErrorValue.INVALID_NAME));
            }
        }
        session.change(options);
        return new SetSessionOptionsResult(errors);
    }

    GetSessionOptionsResult get(CallContext context) {
        SessionOptions options = middleware(context).options();
        SessionState state = options.state(defaults);
        Map<String, SessionOptionValue> values = new LinkedHashMap<>();
        options.values().forEach((name, value) -> values.put(name, SessionOptionValueFactory.makeSessionOptionValue(value)));
        values.put(SessionOptions.CATALOG, SessionOptionValueFactory.makeSessionOptionValue(defaults.catalog()));
        values.put(SessionOptions.SCHEMA, SessionOptionValueFactory.makeSessionOptionValue(state.schema()));
        return new GetSessionOptionsResult(values);
    }

    private static final NoOpSessionOptionValueVisitor<String> TEXT = new NoOpSessionOptionValueVisitor<>() {
        @Override
        public String visit(String value) {
            return value;
        }

        @Override
        public String visit(boolean value) {
            return Boolean.toString(value);
        }

        @Override
        public String visit(long value) {
            return Long.toString(value);
        }
    };
}
