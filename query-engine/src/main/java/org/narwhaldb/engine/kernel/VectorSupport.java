package org.narwhaldb.engine.kernel;

import java.util.Optional;
import jdk.incubator.vector.ByteVector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether this JVM can run kernels on the Vector API: it was started with `--add-modules jdk.incubator.vector`, and the
/// machine's vectors are wide enough to pay.
public final class VectorSupport {
    private static final Logger LOG = LoggerFactory.getLogger(VectorSupport.class);
    private static final String MODULE = "jdk.incubator.vector";
    private static final int BITS_MIN = 256;
    private static final String MISSING = missing();

    private VectorSupport() {}

    public static boolean isAvailable() {
        return MISSING == null;
    }

    /// Says once, at a process' start, what its kernels run on.
    static void log() {
        if (MISSING == null) {
            LOG.info("Kernels run on vectors of [{}] bits", Width.BITS);
        } else {
            LOG.warn("Kernels run without vectors, several times slower: [{}]", MISSING);
        }
    }

    private static String missing() {
        Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
        if (module.isEmpty()) {
            return "the JVM was started without --add-modules " + MODULE;
        }
        return Width.BITS < BITS_MIN ? "the machine's have " + Width.BITS + " bits" : null;
    }

    /// Apart, as it does not load without the module.
    private static final class Width {
        private static final int BITS = ByteVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
