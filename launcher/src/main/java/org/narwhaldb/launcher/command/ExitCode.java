package org.narwhaldb.launcher.command;

import org.narwhaldb.segment.error.NarwhalException;

/// What scripts may rely on; 2 is picocli's for wrong usage.
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int WRONG_INPUT = 3;
    public static final int LIMIT = 4;
    public static final int DEFECT = 5;

    private ExitCode() {}

    public static int of(NarwhalException error) {
        return switch (error.kind()) {
            case USER -> WRONG_INPUT;
            case RESOURCE -> LIMIT;
            case EXTERNAL -> FAILED;
            case INTERNAL -> DEFECT;
        };
    }
}
