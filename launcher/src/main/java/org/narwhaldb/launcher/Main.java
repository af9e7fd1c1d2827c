package org.narwhaldb.launcher;

import java.io.PrintWriter;
import org.narwhaldb.launcher.command.DemoCommand;
import org.narwhaldb.launcher.command.ExitCode;
import org.narwhaldb.launcher.command.LoadCommand;
import org.narwhaldb.launcher.command.NodeCommand;
import org.narwhaldb.launcher.command.ServeCommand;
import org.narwhaldb.launcher.command.SqlCommand;
import org.narwhaldb.launcher.command.StartCommand;
import org.narwhaldb.launcher.command.StatusCommand;
import org.narwhaldb.launcher.command.StopCommand;
import org.narwhaldb.segment.error.NarwhalException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `narwhal` command.
@Command(
        name = "narwhal",
        mixinStandardHelpOptions = true,
        version = "Narwhal 0.1.0",
        description = "A real-time analytics database on Iceberg tables.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed: a server, a store or the network", "2:wrong usage of the command line",
            "3:wrong input: SQL, a file, a configuration", "4:a limit was reached: memory, disk, time", "5:a defect of Narwhal"},
        subcommands = {DemoCommand.class, StartCommand.class, StopCommand.class, LoadCommand.class, ServeCommand.class,
            SqlCommand.class, StatusCommand.class, NodeCommand.class, CommandLine.HelpCommand.class})
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, command, _) -> {
                    PrintWriter out = command.getErr();
                    if (error instanceof NarwhalException typed) {
                        out.println("narwhal: " + typed.getMessage() + " [" + typed.code() + ", SQLSTATE " + typed.sqlState() + "]");
                        return ExitCode.of(typed);
                    }
                    out.println("narwhal: internal error: " + error);
                    error.printStackTrace(out);
                    return ExitCode.DEFECT;
                });
    }
}
