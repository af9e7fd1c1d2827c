package org.narwhaldb.engine.plan;

import java.util.List;
import java.util.Objects;
import org.narwhaldb.segment.ColumnType;

/// A scalar expression over the columns of one input. SQL three-valued logic; types are explicit everywhere:
/// the planner inserts casts, the evaluator never guesses. Both operands of a comparison have the same kind
/// (decimals may differ in precision and scale).
public sealed interface Expression {
    ColumnType type();

    /// Column `index` of the input.
    record InputReference(int index, ColumnType type) implements Expression {
        public InputReference {
            Objects.requireNonNull(type, "type");
        }
    }

    /// A constant in the shape of `org.narwhaldb.segment.NestedValues`; null is the typed NULL.
    record Literal(Object value, ColumnType type) implements Expression {
        public Literal {
            Objects.requireNonNull(type, "type");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Literal that && type.equals(that.type) && Objects.deepEquals(value, that.value);
        }

        @Override
        public int hashCode() {
            return type.hashCode() * 31 + (value instanceof byte[] bytes ? java.util.Arrays.hashCode(bytes) : Objects.hashCode(value));
        }
    }

    /// A function of the table in [ScalarFunction].
    record Call(ScalarFunction function, List<Expression> arguments, ColumnType type) implements Expression {
        public Call {
            Objects.requireNonNull(function, "function");
            Objects.requireNonNull(type, "type");
            arguments = List.copyOf(arguments);
        }
    }
}
