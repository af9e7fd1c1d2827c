package org.narwhaldb.calcite;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.narwhaldb.engine.plan.Expression;

/// A planner that remembers. Thread-safe.
///
/// A statement that comes again, word for word, is not even parsed. One that differs from earlier ones only by values that its columns
/// are compared with ([ComparedValues]) takes the plan of its shape, with its own values put in: which values may differ is
/// learned from the first two statements of a shape ([PlanTemplate]). Whatever is not certain is planned.
///
/// A plan is good for the session settings that planning reads and for the tables as they were ([Dependencies]); versions are pinned,
/// segments pruned and routed after it, for each run. Statements that read the clock and those that fail are not remembered.
public final class CachingPlanner {
    private static final int TEMPLATES_MAX = 8;
    private static final int FAILURES_MAX = 8;
    private static final int PART_BYTES = 64;
    private static final int ENTRY_BYTES = 500;

    private final SqlPlanner planner;
    private final Cache<Key, Planned> statements;
    private final Cache<Key, Shape> shapes;
    private final LongAdder planned = new LongAdder();

    /// @param parameters null: types only, as `prepare`
    private record Key(String text, String schema, ZoneId zone, List<Expression.Literal> parameters) {}

    private record Planned(SqlPlanner.Statement statement, Dependencies dependencies, int weight) {}

    /// @param weightBytes roughly what the plans may take of the heap
    public CachingPlanner(SqlPlanner planner, long weightBytes) {
        this.planner = planner;
        this.statements = Caffeine.newBuilder().maximumWeight(weightBytes / 2).executor(Runnable::run)
                .weigher((Key key, Planned planned) -> planned.weight()).build();
        this.shapes = Caffeine.newBuilder().maximumWeight(weightBytes / 2).executor(Runnable::run)
                .weigher((Key key, Shape shape) -> shape.weight).build();
    }

    /// As [SqlPlanner#prepare].
    public SqlPlanner.Statement prepare(String sql, PlannerCatalog catalog, SqlPlanner.Session session) {
        if (sql.indexOf('?') < 0) {
            return plan(sql, catalog, session, List.of());
        }
        Key key = new Key(sql, session.schema(), session.zone(), null);
        return known(key, catalog).orElseGet(() -> {
            Dependencies.Recorder recorder = new Dependencies.Recorder(catalog);
            planned.increment();
            SqlPlanner.Statement statement = planner.prepare(sql, recorder, session);
            remember(key, statement, recorder);
            return statement;
        });
    }

    /// As [SqlPlanner#plan].
    public SqlPlanner.Statement plan(
            String sql, PlannerCatalog catalog, SqlPlanner.Session session, List<Expression.Literal> parameters) {
        Key key = new Key(sql, session.schema(), session.zone(), List.copyOf(parameters));
        Optional<SqlPlanner.Statement> known = known(key, catalog);
        if (known.isPresent()) {
            return known.get();
        }
        Optional<SqlTokens> tokens = SqlTokens.of(sql);
        Optional<StatementValues> values = tokens.flatMap(cut -> StatementValues.of(cut, parameters));
        Key shapeKey = tokens.isEmpty() ? null : new Key(tokens.get().shape(), session.schema(), session.zone(), List.of());
        if (values.isPresent()) {
            Shape shape = shapes.getIfPresent(shapeKey);
            Optional<SqlPlanner.Statement> bound = shape == null ? Optional.empty() : shape.bind(values.get(), catalog);
            if (bound.isPresent()) {
                return bound.get();
            }
        }
        Dependencies.Recorder recorder = new Dependencies.Recorder(catalog);
        planned.increment();
        SqlPlanner.Statement statement = planner.plan(sql, recorder, session, parameters);
        Optional<Planned> remembered = remember(key, statement, recorder);
        if (remembered.isPresent() && values.isPresent() && statement.kind() == SqlPlanner.Kind.QUERY) {
            learn(shapeKey, sql, tokens.get(), values.get(), remembered.get());
        }
        return statement;
    }

    /// How many statements were planned in full, because nothing was remembered that would do.
    long plannedCount() {
        return planned.sum();
    }

    private Optional<SqlPlanner.Statement> known(Key key, PlannerCatalog catalog) {
        Planned planned = statements.getIfPresent(key);
        return planned != null && planned.dependencies().hold(catalog) ? Optional.of(planned.statement()) : Optional.empty();
    }

    private Optional<Planned> remember(Key key, SqlPlanner.Statement statement, Dependencies.Recorder recorder) {
        Optional<Dependencies> dependencies = recorder.dependencies();
        if (!statement.repeatable() || dependencies.isEmpty()) {
            return Optional.empty();
        }
        int weight = ENTRY_BYTES + 2 * key.text().length() + PART_BYTES * PlanRecords.size(statement.plan());
        Planned planned = new Planned(statement, dependencies.get(), weight);
        statements.put(key, planned);
        return Optional.of(planned);
    }

    private void learn(Key key, String sql, SqlTokens tokens, StatementValues values, Planned planned) {
        Shape shape = shapes.getIfPresent(key);
        if (shape == null) {
            shapes.put(key, new Shape(values, planned));
            return;
        }
        if (shape.learn(sql, tokens, values, planned)) {
            shapes.put(key, shape); // it weighs more now
        }
    }

    /// The statements of one shape: the last one that was planned, and what was learned from those before.
    private static final class Shape {
        private record Known(PlanTemplate template, Dependencies dependencies) {}

        private final List<Known> known = new ArrayList<>();
        private BitSet free;
        private StatementValues lastValues;
        private Planned last;
        private int failures;
        private volatile int weight;

        Shape(StatementValues values, Planned planned) {
            lastValues = values;
            last = planned;
            weight = planned.weight();
        }

        Optional<SqlPlanner.Statement> bind(StatementValues values, PlannerCatalog catalog) {
            List<Known> candidates;
            synchronized (this) {
                candidates = List.copyOf(known);
            }
            for (Known candidate : candidates) {
                Optional<SqlPlanner.Statement> bound = candidate.template().bind(values);
                if (bound.isPresent() && candidate.dependencies().hold(catalog)) {
                    return bound;
                }
            }
            return Optional.empty();
        }

        /// Whether something was learned.
        synchronized boolean learn(String sql, SqlTokens tokens, StatementValues values, Planned planned) {
            if (failures >= FAILURES_MAX || values.values().size() != lastValues.values().size()) {
                return false;
            }
            if (free == null) {
                free = ComparedValues.of(sql, tokens);
            }
            Optional<PlanTemplate> template =
                    PlanTemplate.learn(last.statement(), lastValues, planned.statement(), values, free);
            lastValues = values;
            last = planned;
            if (template.isEmpty()) {
                failures++;
                return false;
            }
            if (known.size() == TEMPLATES_MAX) {
                known.removeLast();
            }
            known.addFirst(new Known(template.get(), planned.dependencies()));
            weight = planned.weight() * (1 + known.size());
            return true;
        }
    }
}
