package org.narwhaldb.benchmarks.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Times pieces of work in alternation: first warm-ups for a second, and on until the times of each stop falling or a budget is spent,
/// then the runs that count.
public final class Stopwatch {
    private static final int WINDOW = 5;
    private static final double STILL_FALLING = 0.95;
    private static final int WARM_UPS_MIN = 2;
    /// In budgets of one warm-up.
    private static final int SHARED_WARM_UPS = 5;
    private static final int WARM_UPS_MAX = 1_000;
    private static final double WARM_UP_MILLIS_MIN = 1_000;
    private static final double MILLIS = 1e6;

    private final int runs;
    private final double warmUpMillisMax;

    /// @param warmUpMillisMax for all pieces together; two warm-ups are made in any case
    public Stopwatch(int runs, double warmUpMillisMax) {
        this.runs = runs;
        this.warmUpMillisMax = warmUpMillisMax;
    }

    /// Runs all of the pieces in turn, again and again: what they share is warm afterwards, whichever is timed first.
    public void warmUp(List<Runnable> pieces) {
        double spent = 0;
        while (spent < SHARED_WARM_UPS * warmUpMillisMax) {
            for (Runnable piece : pieces) {
                spent += time(piece);
            }
        }
    }

    /// The median time of each, in milliseconds.
    public double[] medians(List<Runnable> pieces) {
        List<List<Double>> warmUps = pieces.stream().map(_ -> (List<Double>) new ArrayList<Double>()).toList();
        double spent = 0;
        for (int run = 0; run < WARM_UPS_MIN || run < WARM_UPS_MAX && spent < warmUpMillisMax
                && (spent < WARM_UP_MILLIS_MIN || isFalling(warmUps)); run++) {
            for (int piece = 0; piece < pieces.size(); piece++) {
                double millis = time(pieces.get(piece));
                warmUps.get(piece).add(millis);
                spent += millis;
            }
        }
        double[][] samples = new double[pieces.size()][runs];
        for (int run = 0; run < runs; run++) {
            for (int piece = 0; piece < pieces.size(); piece++) {
                samples[piece][run] = time(pieces.get(piece));
            }
        }
        return Arrays.stream(samples).mapToDouble(Stopwatch::median).toArray();
    }

    public static double time(Runnable piece) {
        long start = System.nanoTime();
        piece.run();
        return (System.nanoTime() - start) / MILLIS;
    }

    /// Whether one's median of the last runs is clearly below that of the ones before.
    private static boolean isFalling(List<List<Double>> warmUps) {
        for (List<Double> times : warmUps) {
            int count = times.size();
            if (count < 2 * WINDOW || median(times.subList(count - WINDOW, count))
                    < STILL_FALLING * median(times.subList(count - 2 * WINDOW, count - WINDOW))) {
                return true;
            }
        }
        return false;
    }

    private static double median(List<Double> samples) {
        return median(samples.stream().mapToDouble(Double::doubleValue).toArray());
    }

    public static double median(double[] samples) {
        return quantile(samples, 0.5);
    }

    /// With linear interpolation.
    public static double quantile(double[] samples, double share) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
