package org.narwhaldb.conformance.simulation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.object.ObjectStore;

/// Immutable files in memory, as an object store far away has them: each call may be slow, fail, or succeed without the
/// caller learning of it; bytes may be damaged on their way.
final class SimulatedStore {
    private final SortedMap<String, Stored> files = new TreeMap<>();
    private final Checker checker;

    private record Stored(byte[] content, Instant modified) {}

    SimulatedStore(Checker checker) {
        this.checker = checker;
    }

    boolean has(String name) {
        return files.containsKey(name);
    }

    byte[] content(String name) {
        return files.get(name).content;
    }

    List<String> names() {
        return List.copyOf(files.keySet());
    }

    /// The store as one process sees it.
    ObjectStore of(SimulatedProcess process) {
        return new View(process);
    }

    /// The store without faults and steps, for the checker.
    ObjectStore bare() {
        return new View(null);
    }

    /// The planted fault: what stands for the same segment already.
    private byte[] reused(String name, byte[] content) {
        int dash = name.indexOf("/live/") < 0 ? -1 : name.lastIndexOf('-');
        return dash < 0 ? content : files.tailMap(name.substring(0, dash + 1)).entrySet().stream().limit(1)
                .filter(each -> each.getKey().startsWith(name.substring(0, dash + 1))).map(each -> each.getValue().content)
                .findFirst().orElse(content);
    }

    private final class View implements ObjectStore {
        private final SimulatedProcess process;

        View(SimulatedProcess process) {
            this.process = process;
        }

        private void before(String what) {
            if (process == null) {
                return;
            }
            process.step(what);
            if (process.faults().chance(process.faults().lostRequest)) {
                throw unavailable(what);
            }
        }

        private void after(String what) {
            if (process == null) {
                return;
            }
            process.step("done: " + what);
            if (process.faults().chance(process.faults().lostAnswer)) {
                throw unavailable(what);
            }
        }

        private NarwhalException unavailable(String what) {
            return NarwhalException.of(ErrorCode.STORE_UNAVAILABLE, "The store does not answer: %s", what);
        }

        @Override
        public void put(String name, byte[] content) {
            before("put " + name);
            Stored there = files.get(name);
            if (there != null && there.content.length != content.length) {
                throw NarwhalException.of(ErrorCode.STORE_UNAVAILABLE, "File [%s] stands with another length", name);
            }
            if (there == null) {
                files.put(name, new Stored(checker.plant().reusesByName() ? reused(name, content) : content.clone(),
                        process == null ? Instant.EPOCH : process.instant()));
            }
            after("put " + name);
        }

        @Override
        public void put(String name, Path file) {
            try {
                put(name, Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private byte[] get(String name) {
            before("read " + name);
            Stored there = files.get(name);
            if (there == null) {
                throw NarwhalException.of(ErrorCode.FILE_NOT_FOUND, "No file [%s] in the store", name);
            }
            return there.content;
        }

        @Override
        public InputStream read(String name) {
            return new ByteArrayInputStream(get(name));
        }

        @Override
        public void download(String name, Path target) {
            byte[] content = get(name);
            if (process != null && process.faults().chance(process.faults().damaged)) {
                content = process.loop().below(2) == 0 ? java.util.Arrays.copyOf(content, process.loop().below(content.length))
                        : flipped(content, process.loop().below(content.length));
            }
            try {
                Files.createDirectories(target.getParent());
                Files.write(target, content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            after("download " + name);
        }

        private byte[] flipped(byte[] content, int position) {
            byte[] copy = content.clone();
            copy[position] ^= 0x10;
            return copy;
        }

        @Override
        public Optional<Path> local(String name) {
            return Optional.empty();
        }

        @Override
        public boolean exists(String name) {
            before("exists " + name);
            return files.containsKey(name);
        }

        @Override
        public List<Entry> list(String prefix) {
            before("list " + prefix);
            List<Entry> entries = new ArrayList<>();
            files.tailMap(prefix).entrySet().stream().takeWhile(each -> each.getKey().startsWith(prefix))
                    .forEach(each -> entries.add(new Entry(each.getKey(), each.getValue().content.length, each.getValue().modified)));
            return entries;
        }

        @Override
        public void delete(String name) {
            before("delete " + name);
            checker.deleted(name);
            files.remove(name);
            after("delete " + name);
        }

        @Override
        public String rootUri() {
            return "sim:/store";
        }
    }
}
