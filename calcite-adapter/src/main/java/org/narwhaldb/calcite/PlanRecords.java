package org.narwhaldb.calcite;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.narwhaldb.engine.plan.Expression;
import org.narwhaldb.engine.plan.PlanNode;

/// Plans as trees of records and lists, whatever nodes there are: compares two, and rebuilds one with other literals.
final class PlanRecords {
    private static final String PACKAGE = PlanNode.class.getPackageName();

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return type.isRecord() && type.getPackageName().equals(PACKAGE) ? shape(type) : Shape.LEAF;
        }
    };

    /// @param constructor from an array of all components; null for what is no part of the tree but a value in it
    private record Shape(List<MethodHandle> components, MethodHandle constructor) {
        static final Shape LEAF = new Shape(List.of(), null);
    }

    /// Sees the literals that stand at the same place of two plans.
    interface Pairs {
        /// False ends the walk.
        boolean pair(Expression.Literal one, Expression.Literal other);
    }

    private PlanRecords() {}

    private static Shape shape(Class<?> type) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            List<MethodHandle> components = new ArrayList<>();
            List<Class<?>> types = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                components.add(lookup.unreflect(component.getAccessor()).asType(MethodType.methodType(Object.class, Object.class)));
                types.add(component.getType());
            }
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.size()).asType(MethodType.methodType(Object.class, Object[].class));
            return new Shape(components, constructor);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Plan node " + type + " is not open", e);
        }
    }

    private static Object[] components(Object node, Shape shape) {
        Object[] values = new Object[shape.components().size()];
        try {
            for (int index = 0; index < values.length; index++) {
                values[index] = shape.components().get(index).invokeExact(node);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("Cannot read a plan node", e);
        }
        return values;
    }

    /// Whether the two are equal but for their literals, and `pairs` accepted each pair of those.
    static boolean alike(Object one, Object other, Pairs pairs) {
        if (one instanceof Expression.Literal left && other instanceof Expression.Literal right) {
            return left.type().equals(right.type()) && pairs.pair(left, right);
        }
        if (one instanceof List<?> left && other instanceof List<?> right) {
            boolean alike = left.size() == right.size();
            for (int index = 0; alike && index < left.size(); index++) {
                alike = alike(left.get(index), right.get(index), pairs);
            }
            return alike;
        }
        Shape shape = one == null ? Shape.LEAF : SHAPES.get(one.getClass());
        if (shape == Shape.LEAF) {
            return java.util.Objects.equals(one, other);
        }
        return other != null && one.getClass() == other.getClass()
                && alike(Arrays.asList(components(one, shape)), Arrays.asList(components(other, shape)), pairs);
    }

    /// How many records and lists the tree has.
    static int size(Object node) {
        if (node instanceof List<?> list) {
            return 1 + list.stream().mapToInt(PlanRecords::size).sum();
        }
        Shape shape = node == null ? Shape.LEAF : SHAPES.get(node.getClass());
        int size = 1;
        for (Object component : shape == Shape.LEAF ? new Object[0] : components(node, shape)) {
            size += size(component);
        }
        return size;
    }

    /// The parts of the tree that hold one of `literals`, by identity.
    static Map<Object, Boolean> holders(Object tree, Map<Expression.Literal, ?> literals) {
        Map<Object, Boolean> holders = new IdentityHashMap<>();
        addHolders(tree, literals, holders);
        return holders;
    }

    private static boolean addHolders(Object node, Map<Expression.Literal, ?> literals, Map<Object, Boolean> holders) {
        boolean holds = false;
        if (node instanceof Expression.Literal literal) {
            holds = literals.containsKey(literal);
        } else if (node instanceof List<?> list) {
            for (Object element : list) {
                holds |= addHolders(element, literals, holders);
            }
        } else {
            Shape shape = node == null ? Shape.LEAF : SHAPES.get(node.getClass());
            for (Object component : shape == Shape.LEAF ? new Object[0] : components(node, shape)) {
                holds |= addHolders(component, literals, holders);
            }
        }
        if (holds) {
            holders.put(node, true);
        }
        return holds;
    }

    /// A copy of the tree in which the literals among `holders` are replaced; the rest is shared.
    static Object rebuilt(Object node, Map<Object, Boolean> holders, UnaryOperator<Expression.Literal> replacement) {
        if (node == null || !holders.containsKey(node)) {
            return node;
        }
        if (node instanceof Expression.Literal literal) {
            return replacement.apply(literal);
        }
        if (node instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(rebuilt(element, holders, replacement)));
            return copy;
        }
        Shape shape = SHAPES.get(node.getClass());
        Object[] values = components(node, shape);
        for (int index = 0; index < values.length; index++) {
            values[index] = rebuilt(values[index], holders, replacement);
        }
        try {
            return shape.constructor().invokeExact(values);
        } catch (Throwable e) {
            throw new IllegalStateException("Cannot rebuild a plan node", e);
        }
    }
}
