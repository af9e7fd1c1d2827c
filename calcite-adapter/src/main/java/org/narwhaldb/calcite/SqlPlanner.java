package org.narwhaldb.calcite;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.narwhaldb.engine.execution.FragmentExecutor;
import org.narwhaldb.engine.plan.DistributedPlan;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.segment.Field;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// SQL text to distributed plans. Thread-safe; keeps no state between statements.
///
/// Errors are NarwhalExceptions of kind USER whose message gives line, column, the offending token and, for an unknown
/// name, the nearest known one: `Line 1, column 8: column [nme] not found; did you mean [name]?`.
public final class SqlPlanner {
    private static final NarwhalTypeFactory TYPES = new NarwhalTypeFactory();
    private static final HepProgram NO_RULES = HepProgram.builder().build();
    private static final SqlToRelConverter.Config CONVERSION = SqlToRelConverter.config()
            .withExpand(false)
            .withTrimUnusedFields(false)
            .withInSubQueryThreshold(Integer.MAX_VALUE);

    private final Function<Expression, Object> evaluator;
    private final double exchangedGroupsMin;

    public SqlPlanner() {
        this(FragmentPlanner.EXCHANGED_GROUPS_MIN);
    }

    /// @param exchangedGroupsMin from so many groups on, by estimate, those of several parts are merged by several servers
    public SqlPlanner(double exchangedGroupsMin) {
        this(FragmentExecutor::evaluateConstant, exchangedGroupsMin);
    }

    /// @param evaluator computes constant expressions
    SqlPlanner(Function<Expression, Object> evaluator) {
        this(evaluator, FragmentPlanner.EXCHANGED_GROUPS_MIN);
    }

    private SqlPlanner(Function<Expression, Object> evaluator, double exchangedGroupsMin) {
        this.evaluator = evaluator;
        this.exchangedGroupsMin = exchangedGroupsMin;
    }

    /// @param schema names resolve here first
    /// @param zone for casts between zoned and zoneless values and for CURRENT_* functions
    /// @param nowMicros what CURRENT_TIMESTAMP is for this statement, µs since the epoch (UTC)
    public record Session(String schema, ZoneId zone, long nowMicros) {}

    /// A statement that was parsed, validated and, unless it is a session command, planned.
    ///
    /// @param output columns of the answer
    /// @param parameters types of the `?` markers, in order (names ?1, ?2, …)
    /// @param plan null for SET; also null when `parameters` is not empty and no values were given
    /// @param repeatable planning it again gives the same: it does not read the clock
    public record Statement(
            Kind kind, List<Field> output, List<Field> parameters, DistributedPlan plan, String setKey, String setValue,
            boolean repeatable) {
        Statement with(DistributedPlan other) {
            return new Statement(kind, output, parameters, other, setKey, setValue, repeatable);
        }
    }

    public enum Kind {
        QUERY,
        /// EXPLAIN [PLAN] [FOR] query: `plan` is that query's plan, the front end renders it; output is one STRING column
        EXPLAIN,
        EXPLAIN_ANALYZE,
        /// SET key = value
        SET
    }

    /// Parses, validates and infers types only: for prepared statements.
    public Statement prepare(String sql, PlannerCatalog catalog, Session session) {
        return statement(sql, catalog, session, null);
    }

    /// @param parameters one literal per `?`, types as `prepare` gave them; empty if the statement has none
    public Statement plan(String sql, PlannerCatalog catalog, Session session, List<Expression.Literal> parameters) {
        return statement(sql, catalog, session, List.copyOf(parameters));
    }

    private Statement statement(String sql, PlannerCatalog catalog, Session session, List<Expression.Literal> parameters) {
        StatementText text = StatementText.of(sql);
        if (text.kind() == Kind.SET) {
            return new Statement(Kind.SET, List.of(), List.of(), null, text.setKey(), text.setValue(), false);
        }
        ErrorTranslation errors = new ErrorTranslation(text.query(), catalog, session);
        try {
            return statement(text.kind(), StatementParser.parse(text.query()), catalog, session, parameters);
        } catch (SqlParseException | RuntimeException | StackOverflowError | AssertionError e) {
            throw errors.translate(e);
        }
    }

    private Statement statement(
            Kind kind, SqlNode query, PlannerCatalog catalog, Session session, List<Expression.Literal> given) {
        NarwhalCatalogReader reader = new NarwhalCatalogReader(catalog, session.schema(), TYPES);
        NarwhalValidator validator = new NarwhalValidator(reader, TYPES);
        SqlNode validated = validator.validate(query);
        List<Field> parameters = parameters(validator, validated);
        if (given != null && given.size() != parameters.size()) {
            throw NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                    "The statement has [%d] parameters, but [%d] values were given", parameters.size(), given.size());
        }
        List<RelDataTypeField> row = validator.getValidatedNodeType(validated).getFieldList();
        if (given == null && !parameters.isEmpty()) {
            List<Field> output = OutputFields.of(validator, validated, row, catalog);
            return new Statement(kind, shown(kind, output), parameters, null, null, null, true);
        }
        RexBuilder builder = new RexBuilder(TYPES);
        StatementConstants constants = new StatementConstants(builder, session, values(parameters, given));
        DistributedPlan plan = plan(validator, validated, reader, session, constants);
        return new Statement(kind, shown(kind, plan.output()), parameters, plan, null, null, !constants.readsClock());
    }

    private static List<Field> shown(Kind kind, List<Field> output) {
        return kind == Kind.QUERY ? output : List.of(new Field(0, "plan", ColumnType.STRING, false));
    }

    private static List<Field> parameters(NarwhalValidator validator, SqlNode validated) {
        List<Field> parameters = new ArrayList<>();
        for (RelDataTypeField field : validator.getParameterRowType(validated).getFieldList()) {
            parameters.add(new Field(parameters.size(), "?" + (parameters.size() + 1), ColumnTypes.toColumn(field.getType()), true));
        }
        return parameters;
    }

    private static List<Expression.Literal> values(List<Field> parameters, List<Expression.Literal> given) {
        List<Expression.Literal> values = new ArrayList<>();
        for (Field parameter : parameters) {
            Expression.Literal literal = given.get(values.size());
            if (!(Coercion.to(literal, parameter.type()) instanceof Expression.Literal exact)) {
                throw NarwhalException.of(ErrorCode.INVALID_PARAMETER, "Parameter [%s] has type [%s], but was given a value of type [%s]",
                        parameter.name(), parameter.type(), literal.type());
            }
            values.add(exact);
        }
        return values;
    }

    private DistributedPlan plan(NarwhalValidator validator, SqlNode validated, NarwhalCatalogReader reader, Session session,
            StatementConstants constants) {
        RexBuilder builder = constants.builder();
        ConstantFolding folding = new ConstantFolding(builder, session, evaluator);
        HepPlanner planner = new HepPlanner(NO_RULES);
        planner.setExecutor(folding);
        RelOptCluster cluster = RelOptCluster.create(planner, builder);
        SqlToRelConverter converter =
                new SqlToRelConverter(null, validator, reader, cluster, NarwhalConvertlets.INSTANCE, CONVERSION);
        RelRoot root = converter.convertQuery(validated, false, true);
        RelNode bound = root.project().accept(new ExpressionRewrite(constants));
        Cardinality cardinality = new Cardinality(builder);
        RelNode optimized = new RelOptimizer(builder, folding).optimize(bound, cardinality);
        List<String> names = root.fields.rightList();
        JoinSizes sizes = new JoinSizes();
        return FragmentPlanner.split(new RelTranslator(builder, session, cardinality, sizes).translate(optimized, names), sizes,
                exchangedGroupsMin);
    }
}
