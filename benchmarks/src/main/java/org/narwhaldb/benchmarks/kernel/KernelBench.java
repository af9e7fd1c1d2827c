package org.narwhaldb.benchmarks.kernel;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/// `./narwhal bench kernels [OPTION OF JMH]…`: the kernels alone, by JMH, and a row of output for each: ns a row, GB/s, and the share
/// of what one core reads at most from where the data stands. Without options all of them run, in one forked JVM each;
/// `-f 0 FilterBench` runs some of them faster, all on vectors.
public final class KernelBench {
    private static final String LIMIT = "machineLimitI64";
    private static final String ROW = "%-28s %6s %7s %8s %7s %8s%n";

    private KernelBench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> options = new ArrayList<>(List.of(arguments));
        options.addAll(0, List.of("-jvmArgsAppend", "--add-modules=jdk.incubator.vector"));
        print(new Runner(new CommandLineOptions(options.toArray(String[]::new))).run());
    }

    private static void print(Collection<RunResult> results) throws ClassNotFoundException {
        Map<String, Double> limits = new HashMap<>();
        for (RunResult result : results) {
            if (result.getParams().getBenchmark().endsWith(LIMIT)) {
                limits.merge(result.getParams().getParam("blocks"), bytesPerNanosecond(result), Math::max);
            }
        }
        System.out.printf(ROW, "kernel", "blocks", "vectors", "ns/row", "GB/s", "of limit");
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            double rate = bytesPerNanosecond(result);
            Double limit = limits.get(params.getParam("blocks"));
            System.out.printf(ROW, params.getBenchmark().replaceAll(".*\\.(?=\\w+\\.\\w+$)", ""), params.getParam("blocks"),
                    params.getParam("vectors"), "%.3f".formatted(result.getPrimaryResult().getScore()), "%.2f".formatted(rate),
                    limit == null ? "" : "%.0f %%".formatted(100 * rate / limit));
        }
    }

    private static double bytesPerNanosecond(RunResult result) throws ClassNotFoundException {
        String name = result.getParams().getBenchmark();
        int dot = name.lastIndexOf('.');
        Method method = Arrays.stream(Class.forName(name.substring(0, dot)).getMethods())
                .filter(each -> each.getName().equals(name.substring(dot + 1))).findFirst().orElseThrow();
        return method.getAnnotation(BytesPerRow.class).value() / result.getPrimaryResult().getScore();
    }
}
