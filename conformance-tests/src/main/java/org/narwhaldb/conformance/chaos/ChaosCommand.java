package org.narwhaldb.conformance.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.narwhaldb.conformance.processes.Distribution;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./narwhal chaos`.
@Command(
        name = "narwhal chaos",
        mixinStandardHelpOptions = true,
        description = {"Runs a cluster of processes under load while they are killed, paused, cut off and their disks filled,",
            "and checks every answer.",
            "Links are cut by network namespaces and disks are small tmpfs mounts, where this user may make them."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no answer was wrong, short or doubled, and nothing was lost",
            "1:something was, or the run failed", "2:wrong usage"})
public final class ChaosCommand implements Callable<Integer> {
    @Option(names = "--minutes", paramLabel = "N", defaultValue = "10", description = "How long (default: 10)")
    private double minutes;

    @Option(names = "--seed", paramLabel = "S", description = "Decides what happens in which order (default: a new one, printed)")
    private Long seed;

    @Option(names = "--s3", description = "Warehouse and segment store on an S3 server whose reads fail, stall and break off")
    private boolean s3;

    @Option(names = "--rate", paramLabel = "R", defaultValue = "20", description = "Queries a second through the balancer (default: 20)")
    private double rate;

    @Option(names = "--calm", description = "Attack nothing: what load alone does")
    private boolean calm;

    @Option(names = "--directory", paramLabel = "DIR", description = "Where logs and data go (default: var/chaos/SEED below the project)")
    private Path directory;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ChaosCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? new SecureRandom().nextInt(1, Integer.MAX_VALUE) : seed;
        System.out.printf("seed %d; this run again: ./narwhal chaos --minutes %s --seed %d%s%n",
                chosen, plain(minutes), chosen, s3 ? " --s3" : "");
        Path place = directory == null ? free(Distribution.find().root().resolve("var/chaos"), chosen) : directory.toAbsolutePath();
        ChaosRun.Options options = new ChaosRun.Options(chosen, Duration.ofMillis((long) (minutes * 60_000)), rate, s3, calm, place);
        try (ChaosRun run = new ChaosRun(options, System.out::println)) {
            // Ctrl-C leaves neither processes nor mounts nor namespaces behind
            Thread atExit = new Thread(run::close, "close");
            Runtime.getRuntime().addShutdownHook(atExit);
            return run.run() ? 0 : 1;
        }
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    private static Path free(Path below, long seed) {
        Path place = below.resolve(String.valueOf(seed));
        for (int number = 2; Files.exists(place); number++) {
            place = below.resolve(seed + "-" + number);
        }
        return place;
    }
}
