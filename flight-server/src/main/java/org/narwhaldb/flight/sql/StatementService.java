package org.narwhaldb.flight.sql;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.ScalarFunction;
import org.narwhaldb.flight.query.QueryResult;
import org.narwhaldb.flight.query.QueryService;
import org.narwhaldb.flight.query.SessionState;
import org.narwhaldb.flight.session.SignedTokens;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// Statements between calls: makes, binds and redeems the signed handles and tickets that clients carry. Keeps nothing.
final class StatementService {
    /// A ticket is to be redeemed soon; a prepared statement may be kept by a connection pool for long.
    private static final Duration TICKET_LIFE = Duration.ofMinutes(15);
    private static final Duration HANDLE_LIFE = Duration.ofDays(7);
    private static final int ID_BYTES = 8;

    private final QueryService queries;
    private final SignedTokens tokens;
    private final RandomGenerator random;

    StatementService(QueryService queries, SignedTokens tokens) {
        this(queries, tokens, new SecureRandom());
    }

    StatementService(QueryService queries, SignedTokens tokens, RandomGenerator random) {
        this.queries = queries;
        this.tokens = tokens;
        this.random = random;
    }

    /// @param handle empty for a SET statement run at once
    record Prepared(byte[] handle, QueryService.Prepared statement) {}

    Prepared prepare(String sql, SessionState session) {
        QueryService.Prepared statement = queries.prepare(sql, session);
        StatementHandle handle = new StatementHandle("", sql, session, statement.parameters(), List.of());
        return new Prepared(tokens.sign(handle.encode(), HANDLE_LIFE), statement);
    }

    StatementHandle open(byte[] handle) {
        return StatementHandle.decode(tokens.verify(handle, "prepared statement or ticket"));
    }

    /// The handle with values bound, cast to what the statement's markers expect.
    byte[] bind(StatementHandle statement, List<Expression.Literal> given) {
        List<Field> wanted = statement.parameterTypes();
        if (given.size() != wanted.size()) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER, "The statement has [%d] parameters, [%d] values were bound",
                    wanted.size(), given.size());
        }
        List<Expression.Literal> values = new ArrayList<>();
        for (int index = 0; index < wanted.size(); index++) {
            Expression.Literal literal = given.get(index);
            Object value = literal.value();
            if (value != null && !literal.type().equals(wanted.get(index).type())) {
                Expression cast = new Expression.Call(ScalarFunction.CAST, List.of(literal), wanted.get(index).type());
                value = FragmentExecutor.evaluateConstant(cast);
            }
            values.add(new Expression.Literal(value, wanted.get(index).type()));
        }
        return tokens.sign(statement.bind(values).encode(), HANDLE_LIFE);
    }

    /// A ticket for one run of the statement.
    byte[] ticket(StatementHandle statement, String queryId) {
        return tokens.sign(statement.asTicket(queryId).encode(), TICKET_LIFE);
    }

    StatementHandle statement(String sql, SessionState session) {
        return new StatementHandle("", sql, session, List.of(), List.of());
    }

    String newQueryId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /// Starts the statement of a ticket. The same ticket may be redeemed again (a client that retries): each run has an id of its own
    /// below the ticket's.
    QueryResult run(StatementHandle statement) {
        if (!statement.isBound()) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER, "The statement has [%d] parameters and no values are bound",
                    statement.parameterTypes().size());
        }
        String ticketId = statement.queryId().isEmpty() ? newQueryId() : statement.queryId();
        return queries.execute(ticketId + "." + newQueryId(), statement.sql(), statement.parameters(), statement.session());
    }

    boolean cancel(String queryId) {
        return queries.cancel(queryId, "the client asked for it");
    }
}
