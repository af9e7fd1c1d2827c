package org.narwhaldb.conformance.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.narwhaldb.conformance.simulation.SimulatedLake.DataFile;
import org.narwhaldb.conformance.simulation.SimulatedLake.Snapshot;
import org.narwhaldb.conformance.simulation.SimulatedLake.State;
import org.narwhaldb.engine.exchange.Transport;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import org.narwhaldb.store.TableName;
import org.narwhaldb.store.TableSpec;
import org.narwhaldb.store.version.VersionId;

/// What goes on in a world: clients that ask and load, another engine that appends, overwrites, deletes, rolls back,
/// expires, drops and creates anew.
final class Workload {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS_MAX = 60;
    private static final int BUSY_MAX = 8;

    private final World world;
    private final Loop loop;
    private final SimulatedProcess client;
    private final Transport transport;
    private final Map<TableName, VersionId> floors = new HashMap<>();
    /// Slow worlds live longer: long enough for what was superseded to be collected while somebody sleeps.
    private final long paceMillis;
    private long lastKey;
    private long lastLoad;
    private int busy;
    private boolean over;
    final Map<ErrorCode, Integer> errors = new TreeMap<>();
    long loads;

    Workload(World world) {
        this.world = world;
        this.loop = world.loop;
        this.client = world.client("0");
        this.transport = world.network.of(client);
        this.paceMillis = loop.oneOf(List.of(250L, 1_000L, 4_000L));
        next();
    }

    void stop() {
        over = true;
    }

    private void next() {
        if (!over) {
            loop.at(loop.between(1, paceMillis), this::act);
        }
    }

    private void act() {
        if (over) {
            return;
        }
        TableName table = loop.oneOf(World.TABLES);
        int choice = loop.below(100);
        if (choice < 55) {
            busily("query", () -> ask(table, loop.oneOf(world.frontEnds())));
        } else if (choice < 70) {
            busily("load", () -> load(table));
        } else if (world.lake.tables.containsKey(table)) {
            change(table, choice);
        } else if (choice < 90) {
            world.lake.swap(table, null, world.lake.create(table, World.properties(table)));
        }
        next();
    }

    private void busily(String name, Runnable work) {
        if (over || busy >= BUSY_MAX) {
            return;
        }
        busy++;
        client.start(name, () -> {
            try {
                work.run();
            } catch (NarwhalException e) {
                errors.merge(e.code(), 1, Integer::sum);
                world.checker.require(e.code() != ErrorCode.INTERNAL, "%s: %s", name, e);
            } finally {
                busy--;
            }
        });
    }

    private static Transport.NodeAddress address(String id) {
        return new Transport.NodeAddress(id, id, 1);
    }

    void ask(TableName table, String frontEnd) {
        VersionId floor = loop.below(2) == 0 ? null : floors.get(table);
        String shape = loop.oneOf(List.of("all", "all", "some", "sum", "groups", "first", "distinct", "join"));
        String question = "%s %s %d %s".formatted(table, shape,
                lastKey == 0 ? 0 : loop.random.nextLong(lastKey), floor == null ? "-" : floor);
        transport.call(address(frontEnd), "query", question.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(30), step -> { });
    }

    /// A client repeats its load under the same id until it learns what came of it.
    private void load(TableName table) {
        String id = "load-" + ++lastLoad;
        StringBuilder csv = new StringBuilder("k,v\n");
        for (int row = loop.below(6); row >= 0; row--) {
            csv.append(++lastKey).append(',').append(lastKey % 3).append('\n');
        }
        world.lake.inputs.put(id + ".csv", csv.toString());
        boolean overwrite = rows(table) > ROWS_MAX || loop.below(12) == 0;
        String body = "{\"table\":\"%s\",\"files\":[\"%s.csv\"],\"loadId\":\"%s\",\"overwrite\":%s,\"maxErrors\":0,\"createOnly\":false}"
                .formatted(table, id, id, overwrite);
        for (int attempt = 0; attempt < 5 && !over; attempt++) {
            try {
                byte[] answer = transport.call(address(loop.oneOf(world.frontEnds())), "load", body.getBytes(StandardCharsets.UTF_8),
                        Duration.ofMinutes(2), step -> { });
                JsonNode outcome = JSON.readTree(answer);
                VersionId version = VersionId.parse(outcome.path("version").asText());
                world.checker.acknowledged(table, id, outcome.path("snapshotId").asLong(), version);
                Optional<VersionId> before = Optional.ofNullable(floors.get(table));
                if (world.checker.indexOf(table, version) >= world.checker.floor("client", table, before)) {
                    floors.put(table, version);
                }
                loads++;
                return;
            } catch (NarwhalException e) {
                errors.merge(e.code(), 1, Integer::sum);
                world.checker.require(e.code() != ErrorCode.INTERNAL, "Load failed: %s", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private int rows(TableName table) {
        State state = world.lake.tables.get(table);
        return state == null || state.current() == null ? 0 : state.current().keys().length;
    }

    /// Another engine commits.
    private void change(TableName table, int choice) {
        SimulatedLake lake = world.lake;
        State state = lake.tables.get(table);
        if (choice < 76) {
            lake.swap(table, state, state.with(lake.append(state, null, newRows(), rows(table) > ROWS_MAX || loop.below(10) == 0)));
        } else if (choice < 88 && state.current() != null && !state.current().files().isEmpty()) {
            lake.swap(table, state, state.with(lake.change(state, this::delete)));
        } else if (choice < 92 && state.ancestors().size() > 1) {
            Snapshot earlier = loop.oneOf(state.ancestors());
            lake.swap(table, state, state.with(earlier));
        } else if (choice < 94) {
            lake.expire(table);
        } else if (choice == 94 && loop.below(3) == 0) {
            lake.swap(table, state, null);
        } else if (choice == 95 && loop.below(3) == 0) {
            toggle(table, state);
        } else if (choice == 96 && loop.below(10) == 0) {
            world.cluster.wipe();
        } else if (choice == 97) {
            busily("unload", () -> ask(table, loop.oneOf(world.frontEnds())));
        }
    }

    private long[][] newRows() {
        long[][] rows = new long[1 + loop.below(5)][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = new long[] {++lastKey, lastKey % 3};
        }
        return rows;
    }

    /// A delete file for one data file; or a data file goes altogether.
    private Map<String, DataFile> delete(Map<String, DataFile> files) {
        List<String> paths = new ArrayList<>(files.keySet());
        String path = loop.oneOf(paths);
        if (loop.below(4) == 0) {
            files.remove(path);
            return files;
        }
        DataFile file = files.get(path);
        Set<Integer> positions = new TreeSet<>();
        for (int row = 0; row < file.rows().length; row++) {
            if (loop.below(3) == 0) {
                positions.add(row);
            }
        }
        files.put(path, file.without("delete-" + world.lake.nextId(), positions));
        return files;
    }

    private void toggle(TableName table, State state) {
        Map<String, String> properties = new TreeMap<>(state.properties());
        boolean served = "true".equals(properties.get(TableSpec.SERVE));
        properties.put(TableSpec.SERVE, served ? "false" : "true");
        world.lake.swap(table, state, new State(table, state.uuid(), Collections.unmodifiableMap(properties), state.current(),
                state.oldest(), state.sequenceNumber()));
    }

    /// Every table is there and served, so that an end state can be waited for.
    void settle() {
        stop();
        for (TableName table : World.TABLES) {
            State state = world.lake.tables.get(table);
            if (state == null) {
                world.lake.swap(table, null, world.lake.create(table, World.properties(table)));
            } else if (!"true".equals(state.properties().get(TableSpec.SERVE))) {
                toggle(table, state);
            }
        }
    }

    /// After all has calmed down: both front ends answer for what the catalog has.
    void checkConverged() {
        for (TableName table : World.TABLES) {
            State state = world.lake.tables.get(table);
            if (state == null) {
                // a load that had created it did not succeed
                world.checker.require(world.checker.current(table).isEmpty(), "Table [%s] is gone and still has a version", table);
                continue;
            }
            long[] keys = state.current() == null ? new long[0] : state.current().keys();
            world.checker.require(world.checker.current(table).isPresent()
                    && java.util.Arrays.equals(keys, world.checker.currentKeys(table)),
                    "Table [%s] has version [%s], not that of its snapshot", table, world.checker.current(table));
            for (String frontEnd : world.frontEnds()) {
                client.start("last", () -> {
                    String question = "%s all 0 %s".formatted(table, world.checker.current(table).orElseThrow());
                    try {
                        transport.call(address(frontEnd), "query", question.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(30),
                                step -> { });
                    } catch (NarwhalException e) {
                        world.checker.require(false, "[%s] does not answer for [%s] at the end: %s", frontEnd, table, e);
                    }
                });
            }
        }
        loop.run(Duration.ofSeconds(30));
    }
}
