package org.narwhaldb.benchmarks.kernel;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.Main;

/// `./narwhal bench kernels [OPTION OF JMH]…`: the kernels alone, by JMH, one row of output a kernel. Without options all
/// of them run, in one forked JVM each; `-f 0 FilterBench` runs some of them faster.
public final class KernelBench {
    private KernelBench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> options = new ArrayList<>(List.of(arguments));
        options.addAll(0, List.of("-jvmArgsAppend", "--add-modules=jdk.incubator.vector"));
        Main.main(options.toArray(String[]::new));
    }
}
