package org.narwhaldb.engine.kernel;

/// One loop that exists twice: on the Vector API and as a scalar twin with the same result.
///
/// It starts as the twin. Code on the Vector API allocates for every operation until the JIT compiler has got to it, which
/// makes it a thousand times slower; so it is used only once [KernelWarmUp] has seen it run at speed.
final class Kernel {
    private final String name;
    private volatile boolean isVector;

    Kernel(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /// Whether to call the one on the Vector API.
    boolean isVector() {
        return isVector;
    }

    void useVectors() {
        isVector = VectorSupport.isAvailable();
    }
}
