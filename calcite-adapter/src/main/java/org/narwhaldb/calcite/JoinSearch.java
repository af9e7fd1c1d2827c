package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.narwhaldb.calcite.Estimate.ColumnEstimate;

/// Searches the order of a join graph's joins: dynamic programming over all subsets up to ten relations (Moerkotte and
/// Neumann, "Analysis of Two Existing and One New Dynamic Programming Algorithm", 2006, here by enumerating splits), beyond
/// that greedily the pair with the fewest rows (Fegaras, "A New Heuristic for Optimizing Large Queries", 1998). Pairs that
/// no condition connects are joined only if nothing else is left.
///
/// A join costs its output, its streamed rows, and twice its built rows; without an equality, all pairs.
final class JoinSearch {
    private static final int EXHAUSTIVE_MAX = 10;
    private static final double BUILD_WEIGHT = 2;

    /// A way to join a set of relations; a leaf has no sides. The right side is built.
    record Tree(long mask, double rows, double cost, Tree left, Tree right) {
        boolean isLeaf() {
            return left == null;
        }
    }

    private final JoinGraph graph;
    private final List<Estimate> estimates;
    private final double[] conjunctShares;
    private final double[] checkShares;

    /// @param estimates of the relations with their own filters applied
    JoinSearch(JoinGraph graph, List<Estimate> estimates, Cardinality cardinality, RexBuilder builder) {
        this.graph = graph;
        this.estimates = estimates;
        List<ColumnEstimate> columns = new ArrayList<>();
        estimates.forEach(estimate -> columns.addAll(estimate.columns()));
        Estimate all = new Estimate(1e12, columns);
        this.conjunctShares = graph.conjuncts.stream()
                .mapToDouble(conjunct -> Selectivity.of(conjunct.condition(), all, builder)).toArray();
        this.checkShares = new double[graph.relations.size()];
        for (int i = 0; i < checkShares.length; i++) {
            JoinGraph.Relation relation = graph.relations.get(i);
            if (relation.isChecked()) {
                checkShares[i] = checkShare(relation, estimates.get(i), all, cardinality);
            }
        }
    }

    private static double checkShare(JoinGraph.Relation relation, Estimate right, Estimate all, Cardinality cardinality) {
        Estimate left = new Estimate(1e12, all.columns().subList(0, relation.start()));
        double share = cardinality.semiShare(relation.condition(), left, right);
        return relation.type() == JoinRelType.SEMI ? share : Math.max(0.05, 1 - share);
    }

    Tree best() {
        int count = graph.relations.size();
        return count <= EXHAUSTIVE_MAX ? exhaustive(count) : greedy(count);
    }

    private Tree leaf(int relation) {
        return new Tree(1L << relation, estimates.get(relation).rows(), 0, null, null);
    }

    private Tree exhaustive(int count) {
        Tree[] best = new Tree[1 << count];
        for (int i = 0; i < count; i++) {
            best[1 << i] = leaf(i);
        }
        for (boolean crossAllowed : new boolean[] {false, true}) {
            for (int mask = 1; mask < best.length; mask++) {
                if (Integer.bitCount(mask) > 1 && best[mask] == null) {
                    best[mask] = bestSplit(mask, best, crossAllowed);
                }
            }
            if (best[best.length - 1] != null) {
                break;
            }
        }
        return best[best.length - 1];
    }

    private Tree bestSplit(int mask, Tree[] best, boolean crossAllowed) {
        Tree cheapest = null;
        double rows = -1;
        for (int left = (mask - 1) & mask; left > 0; left = (left - 1) & mask) {
            int right = mask & ~left;
            if (best[left] == null || best[right] == null || !isJoinable(left, right, crossAllowed)) {
                continue;
            }
            rows = rows < 0 ? rows(mask) : rows;
            Tree candidate = join(best[left], best[right], rows);
            if (cheapest == null || candidate.cost() < cheapest.cost()) {
                cheapest = candidate;
            }
        }
        return cheapest;
    }

    private Tree greedy(int count) {
        List<Tree> trees = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            trees.add(leaf(i));
        }
        while (trees.size() > 1) {
            Tree next = cheapestPair(trees, false);
            next = next == null ? cheapestPair(trees, true) : next;
            trees.remove(next.left());
            trees.remove(next.right());
            trees.add(next);
        }
        return trees.getFirst();
    }

    private Tree cheapestPair(List<Tree> trees, boolean crossAllowed) {
        List<Tree> candidates = new ArrayList<>();
        for (Tree left : trees) {
            for (Tree right : trees) {
                if (left != right && isJoinable(left.mask(), right.mask(), crossAllowed)) {
                    candidates.add(join(left, right, rows(left.mask() | right.mask())));
                }
            }
        }
        return candidates.stream().min(Comparator.comparingDouble(Tree::rows).thenComparingDouble(Tree::cost)).orElse(null);
    }

    /// Whether left (streamed) and right (built) may be joined. A checked relation is always a right side of its own, and
    /// only once all that its condition refers to is there.
    private boolean isJoinable(long left, long right, boolean crossAllowed) {
        if (isLoneCheck(left)) {
            return false;
        }
        if (isLoneCheck(right)) {
            return (graph.relations.get(Long.numberOfTrailingZeros(right)).needs() & ~left) == 0;
        }
        return crossAllowed || isConnected(left, right);
    }

    private boolean isLoneCheck(long mask) {
        return Long.bitCount(mask) == 1 && graph.relations.get(Long.numberOfTrailingZeros(mask)).isChecked();
    }

    private boolean isConnected(long left, long right) {
        if (hasEquality(left, right)) {
            return true;
        }
        for (JoinGraph.Conjunct conjunct : graph.conjuncts) {
            if (spans(conjunct.mask(), left, right)) {
                return true;
            }
        }
        return false;
    }

    private static boolean spans(long mask, long left, long right) {
        return (mask & left) != 0 && (mask & right) != 0 && (mask & ~(left | right)) == 0;
    }

    private boolean hasEquality(long left, long right) {
        for (List<RexInputRef> members : graph.classes) {
            long mask = 0;
            for (RexInputRef member : members) {
                mask |= 1L << graph.relationOf(member.getIndex());
            }
            if ((mask & left) != 0 && (mask & right) != 0) {
                return true;
            }
        }
        for (JoinGraph.Conjunct conjunct : graph.conjuncts) {
            if (conjunct.equality() && spans(conjunct.mask(), left, right)) {
                return true;
            }
        }
        return false;
    }

    private Tree join(Tree left, Tree right, double rows) {
        boolean check = isLoneCheck(right.mask());
        boolean hash = check ? hasKeys(right) : hasEquality(left.mask(), right.mask());
        double work = BUILD_WEIGHT * right.rows() + left.rows() * (hash ? 1 : right.rows());
        return new Tree(left.mask() | right.mask(), rows, left.cost() + right.cost() + work + rows, left, right);
    }

    private boolean hasKeys(Tree check) {
        RexNode condition = graph.relations.get(Long.numberOfTrailingZeros(check.mask())).condition();
        return org.apache.calcite.plan.RelOptUtil.conjunctions(condition).stream().anyMatch(conjunct -> switch (conjunct.getKind()) {
            case EQUALS, IS_NOT_DISTINCT_FROM, IS_NOT_FALSE -> true;
            default -> false;
        });
    }

    /// Rows of a set, whatever the order: the product of its relations, shrunk by each condition inside it.
    private double rows(long mask) {
        double rows = 1;
        for (int i = 0; i < graph.relations.size(); i++) {
            if ((mask & 1L << i) != 0) {
                rows *= graph.relations.get(i).isChecked() ? checkShares[i] : estimates.get(i).rows();
            }
        }
        for (List<RexInputRef> members : graph.classes) {
            rows *= classShare(members, mask);
        }
        rows *= compositeKeyCorrection(mask);
        for (int i = 0; i < conjunctShares.length; i++) {
            if ((graph.conjuncts.get(i).mask() & ~mask) == 0) {
                rows *= conjunctShares[i];
            }
        }
        return Math.max(rows, 1);
    }

    private double distinct(RexInputRef member) {
        int relation = graph.relationOf(member.getIndex());
        return estimates.get(relation).columns().get(member.getIndex() - graph.relations.get(relation).start()).distinct();
    }

    /// Each member joined in keeps one of its distinct values; the one with the fewest comes free.
    private double classShare(List<RexInputRef> members, long mask) {
        double share = 1;
        double least = Double.MAX_VALUE;
        for (RexInputRef member : members) {
            if ((mask & 1L << graph.relationOf(member.getIndex())) != 0) {
                double distinct = distinct(member);
                share /= distinct;
                least = Math.min(least, distinct);
            }
        }
        return least == Double.MAX_VALUE ? 1 : share * least;
    }

    /// Two relations joined on several columns at once: there cannot be more key combinations than rows.
    private double compositeKeyCorrection(long mask) {
        double correction = 1;
        for (int a = 0; a < graph.relations.size(); a++) {
            for (int b = a + 1; b < graph.relations.size(); b++) {
                if ((mask & 1L << a) != 0 && (mask & 1L << b) != 0) {
                    correction *= compositeKeyCorrection(a, b);
                }
            }
        }
        return correction;
    }

    private double compositeKeyCorrection(int a, int b) {
        double combinations = 1;
        int shared = 0;
        for (List<RexInputRef> members : graph.classes) {
            RexInputRef inA = member(members, a);
            RexInputRef inB = member(members, b);
            if (inA != null && inB != null) {
                combinations *= Math.max(distinct(inA), distinct(inB));
                shared++;
            }
        }
        double most = Math.min(estimates.get(a).rows(), estimates.get(b).rows());
        return shared > 1 && combinations > most ? combinations / most : 1;
    }

    private RexInputRef member(List<RexInputRef> members, int relation) {
        return members.stream().filter(member -> graph.relationOf(member.getIndex()) == relation).findFirst().orElse(null);
    }
}
