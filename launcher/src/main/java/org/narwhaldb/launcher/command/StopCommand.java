package org.narwhaldb.launcher.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "stop", mixinStandardHelpOptions = true, description = "Stops the one-JVM cluster of a home, and waits until it has ended.")
public final class StopCommand implements Callable<Integer> {
    private static final long PATIENCE_SECONDS = 60;

    @Option(names = "--home", paramLabel = "DIR", defaultValue = "./var", description = "Its home (default: ${DEFAULT-VALUE})")
    private Path home;

    @Override
    public Integer call() throws Exception {
        Optional<Long> pid = new HomeDirectory(home).runningPid();
        if (pid.isEmpty()) {
            System.out.printf("No cluster runs in [%s]%n", home);
            return ExitCode.DONE;
        }
        ProcessHandle process = ProcessHandle.of(pid.get()).orElseThrow();
        process.destroy();
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new NarwhalException(ErrorCode.SERVER_BUSY,
                    "Process [%d] has not ended after [%d] s; it goes on stopping".formatted(pid.get(), PATIENCE_SECONDS), e);
        }
        System.out.printf("Stopped process [%d]%n", pid.get());
        return ExitCode.DONE;
    }
}
