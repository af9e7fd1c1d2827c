package org.narwhaldb.conformance.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.narwhaldb.conformance.processes.Waiting;
import org.narwhaldb.segment.error.NarwhalException;

/// Loads files by `narwhal.load`, as the command line does, through the balancer. A load that failed is repeated with
/// its id, whatever came of it: that is what the id is for. One that has returned must be seen at every front end from
/// then on.
final class LoadWriter implements FactWriter {
    private static final Duration ATTEMPT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int ROWS_MAX = 12_000;

    private final Session session;
    private final String name;
    private final Path files;
    private final String run;
    private final History<Answers> history;
    private final Consumer<String> trouble;
    private final List<ObjectNode> loads = new ArrayList<>();
    private TableState state = TableState.empty();
    private TableState pending;
    private long batches;

    /// @param files where input files are written
    /// @param run names the run in load ids
    LoadWriter(Session session, String name, Path files, String run, History<Answers> history, Consumer<String> trouble) {
        this.session = session;
        this.name = name;
        this.files = files;
        this.run = run;
        this.history = history;
        this.trouble = trouble;
    }

    @Override
    public List<TableState> possible() {
        return pending == null ? List.of(state) : List.of(state, pending);
    }

    @Override
    public int pauseMillis() {
        return 4_000;
    }

    @Override
    public void commit(RandomGenerator random, BooleanSupplier patient) {
        long batch = ++batches;
        int rows = 200 + random.nextInt(1_300);
        boolean overwrite = state.revisions().size() > ROWS_MAX || random.nextInt(12) == 0;
        LongStream ids = LongStream.range(FactRow.firstId(batch), FactRow.firstId(batch) + rows);
        TableState next = (overwrite ? TableState.empty() : state).with(ids);
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("table", "main." + name).put("overwrite", overwrite)
                .put("maxErrors", 0).put("loadId", "chaos-%s-%d".formatted(run, batch));
        request.putArray("files").add(write(batch, rows).toString());
        pending = next;
        history.begin(next.answers("load %d of %d rows%s".formatted(batch, rows, overwrite ? ", overwriting" : "")));
        if (load(request, patient)) {
            history.acknowledgeForAll();
            state = next;
            pending = null;
            loads.add(request);
        }
    }

    private Path write(long batch, int rows) {
        String text = LongStream.range(FactRow.firstId(batch), FactRow.firstId(batch) + rows).mapToObj(id -> FactRow.of(id, 0))
                .map(row -> "%d,%d,%d,%d,%s\n".formatted(row.id(), row.batch(), row.group(), row.amount(), row.day()))
                .collect(Collectors.joining("", "id,batch,grp,amount,day\n", ""));
        try {
            return Files.writeString(files.resolve("batch-%d.csv".formatted(batch)), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean load(ObjectNode request, BooleanSupplier patient) {
        while (true) {
            try {
                session.act("narwhal.load", request, ATTEMPT);
                return true;
            } catch (NarwhalException e) {
                trouble.accept("%s of [%s]: %s: %s".formatted(e.code(), request.path("loadId").asText(), e.sqlState(), e.getMessage()));
                session.disconnect();
                if (!patient.getAsBoolean()) {
                    trouble.accept("[%s] is given up".formatted(request.path("loadId").asText()));
                    return false;
                }
                Waiting.pause(PAUSE);
            }
        }
    }

    /// Repeats the last loads with their ids.
    ///
    /// @return ids that were not recognised
    List<String> repeatLast(int count) {
        List<String> strange = new ArrayList<>();
        for (ObjectNode request : loads.subList(Math.max(0, loads.size() - count), loads.size())) {
            JsonNode outcome = session.act("narwhal.load", request, ATTEMPT);
            if (!outcome.path("alreadyLoaded").asBoolean()) {
                strange.add(request.path("loadId").asText() + ": " + outcome);
            }
        }
        return strange;
    }
}
