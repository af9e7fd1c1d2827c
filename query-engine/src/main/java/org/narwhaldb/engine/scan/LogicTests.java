package org.narwhaldb.engine.scan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.narwhaldb.engine.kernel.Bitmaps;
import org.narwhaldb.engine.operator.Reservation;

/// Tests made of tests.
final class LogicTests {
    private LogicTests() {}

    record Constant(boolean passes) implements BlockTest {
        @Override
        public Verdict verdict(int block) {
            return passes ? Verdict.ALL : Verdict.NONE;
        }

        @Override
        public void keep(BlockRows rows) {
            Residuals.keepAllIf(passes, rows);
        }

        @Override
        public int cost() {
            return 0;
        }
    }

    /// @param tests the cheapest first
    record And(List<BlockTest> tests) implements BlockTest {
        @Override
        public Verdict verdict(int block) {
            Verdict result = Verdict.ALL;
            for (BlockTest test : tests) {
                Verdict verdict = test.verdict(block);
                if (verdict == Verdict.NONE) {
                    return Verdict.NONE;
                }
                result = verdict == Verdict.SOME ? Verdict.SOME : result;
            }
            return result;
        }

        @Override
        public void keep(BlockRows rows) {
            for (BlockTest test : tests) {
                keepBy(test, rows);
                if (rows.count() == 0) {
                    return;
                }
            }
        }

        @Override
        public int cost() {
            return tests.stream().mapToInt(BlockTest::cost).sum();
        }

        @Override
        public String path() {
            return tests.stream().map(BlockTest::path).collect(Collectors.joining(" and ", "(", ")"));
        }

        @Override
        public BlockTest another(Reservation reservation) {
            return new And(tests.stream().map(test -> test.another(reservation)).toList());
        }
    }

    /// @param tests each asked only of the rows that those before it did not let through
    record Or(List<BlockTest> tests) implements BlockTest {
        @Override
        public Verdict verdict(int block) {
            Verdict result = Verdict.NONE;
            for (BlockTest test : tests) {
                Verdict verdict = test.verdict(block);
                if (verdict == Verdict.ALL) {
                    return Verdict.ALL;
                }
                result = verdict == Verdict.SOME ? Verdict.SOME : result;
            }
            return result;
        }

        @Override
        public void keep(BlockRows rows) {
            int words = rows.words();
            long[] bitmap = rows.bitmap();
            long[] left = rows.borrow();
            long[] passed = rows.borrow();
            System.arraycopy(bitmap, 0, left, 0, words);
            Arrays.fill(passed, 0, words, 0);
            for (BlockTest test : tests) {
                rows.replace(left);
                if (rows.count() == 0) {
                    break;
                }
                keepBy(test, rows);
                Bitmaps.or(passed, bitmap, words);
                Bitmaps.andNot(left, bitmap, words);
            }
            rows.replace(passed);
            rows.giveBack(left);
            rows.giveBack(passed);
        }

        @Override
        public int cost() {
            return tests.stream().mapToInt(BlockTest::cost).sum();
        }

        @Override
        public String path() {
            return tests.stream().map(BlockTest::path).collect(Collectors.joining(" or ", "(", ")"));
        }

        @Override
        public BlockTest another(Reservation reservation) {
            return new Or(tests.stream().map(test -> test.another(reservation)).toList());
        }
    }

    /// Rows for which the test is not true: FALSE or NULL.
    record Not(BlockTest test) implements BlockTest {
        @Override
        public Verdict verdict(int block) {
            return switch (test.verdict(block)) {
                case ALL -> Verdict.NONE;
                case NONE -> Verdict.ALL;
                case SOME -> Verdict.SOME;
            };
        }

        @Override
        public void keep(BlockRows rows) {
            long[] left = rows.borrow();
            System.arraycopy(rows.bitmap(), 0, left, 0, rows.words());
            keepBy(test, rows);
            Bitmaps.andNot(left, rows.bitmap(), rows.words());
            rows.replace(left);
            rows.giveBack(left);
        }

        @Override
        public int cost() {
            return test.cost();
        }

        @Override
        public String path() {
            return "not " + test.path();
        }

        @Override
        public BlockTest another(Reservation reservation) {
            return new Not(test.another(reservation));
        }
    }

    private static void keepBy(BlockTest test, BlockRows rows) {
        switch (test.verdict(rows.block())) {
            case NONE -> rows.clear();
            case SOME -> test.keep(rows);
            case ALL -> { }
        }
    }
}
