package org.narwhaldb.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.narwhaldb.launcher.config.HomeDirectory;
import org.narwhaldb.launcher.process.Foundation;
import org.narwhaldb.launcher.process.OneJvmCluster;
import org.slf4j.LoggerFactory;

/// The Flight SQL protocol as clients of any language see it, bad clients too.
final class FlightSqlTest {
    private static final String LARGE = "SELECT a.session_id, b.session_id FROM events a JOIN events b ON a.country = b.country";

    private final BufferAllocator allocator = new RootAllocator();
    private FlightClient flight;
    private FlightSqlClient client;

    @BeforeEach
    void connect() {
        Location location = Location.forGrpcInsecure("127.0.0.1", SharedCluster.get().cluster().port());
        flight = FlightClient.builder(allocator, location).intercept(new ClientCookieMiddleware.Factory()).build();
        client = new FlightSqlClient(flight);
    }

    @AfterEach
    void disconnect() throws Exception {
        client.close();
        allocator.close();
    }

    @Test
    void aTicketThatIsNotOursIsRefused() throws Exception {
        byte[] good = client.execute("SELECT 1").getEndpoints().getFirst().getTicket().getBytes();
        List<byte[]> bad = new ArrayList<>(List.of(new byte[0], "nonsense".getBytes(UTF_8), new byte[1000]));
        long seed = Long.getLong("narwhal.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int index = 0; index < 200; index++) {
            byte[] changed = good.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            bad.add(index % 2 == 0 ? changed : java.util.Arrays.copyOf(changed, random.nextInt(changed.length)));
        }
        for (byte[] ticket : bad) {
            String what = "ticket %s, seed %d".formatted(HexFormat.of().formatHex(ticket), seed);
            try {
                // only the envelope's type prefix is unsigned; with another one it is the same ticket
                assertThat(read(flight.getStream(new Ticket(ticket)))).as(what).isEqualTo(1);
            } catch (FlightRuntimeException e) {
                assertThat(e.status().code()).as("%s: %s", what, e.getMessage())
                        .isIn(FlightStatusCode.INVALID_ARGUMENT, FlightStatusCode.UNIMPLEMENTED);
            }
        }
        assertThatThrownBy(() -> read(flight.getStream(new Ticket("nonsense".getBytes(UTF_8)))))
                .hasMessageContaining("INVALID_TICKET");
        assertThat(read(flight.getStream(new Ticket(good)))).isEqualTo(1);
    }

    @Test
    void aCommandThatIsNoneIsRefused() {
        for (byte[] command : List.of(new byte[0], "nonsense".getBytes(UTF_8))) {
            assertThatThrownBy(() -> flight.getInfo(FlightDescriptor.command(command))).isInstanceOf(FlightRuntimeException.class)
                    .satisfies(error -> assertThat(((FlightRuntimeException) error).status().code())
                            .isIn(FlightStatusCode.INVALID_ARGUMENT, FlightStatusCode.UNIMPLEMENTED));
        }
        assertThatThrownBy(() -> flight.getInfo(FlightDescriptor.path("events"))).hasMessageContaining("INVALID_REQUEST");
    }

    @Test
    void aTicketCanBeRedeemedAgain() throws Exception {
        FlightInfo info = client.execute("SELECT n_name FROM tpch.nation");
        for (int turn = 0; turn < 3; turn++) {
            assertThat(read(client.getStream(info.getEndpoints().getFirst().getTicket()))).isEqualTo(25);
        }
    }

    @Test
    void sessionOptionsAreSetReadAndForgotten() throws Exception {
        Map<String, ?> errors = client.setSessionOptions(new SetSessionOptionsRequest(Map.of(
                "schema", SessionOptionValueFactory.makeSessionOptionValue("tpch"),
                "maxrows", SessionOptionValueFactory.makeSessionOptionValue(3L),
                "timezone", SessionOptionValueFactory.makeSessionOptionValue("Nowhere/City"),
                "nonsense", SessionOptionValueFactory.makeSessionOptionValue("1")))).getErrors();
        assertThat(errors).hasSize(2).containsKeys("timezone", "nonsense");
        assertThat(client.getSessionOptions(new GetSessionOptionsRequest()).getSessionOptions())
                .containsKeys("catalog", "schema", "maxrows");
        assertThat(read(client.getStream(client.execute("SELECT n_name FROM nation").getEndpoints().getFirst().getTicket())))
                .isEqualTo(3);
        client.closeSession(new CloseSessionRequest());
        assertThatThrownBy(() -> client.execute("SELECT n_name FROM nation")).hasMessageContaining("nation");
    }

    @Test
    void anOptionByHeaderWinsAndAWrongOneIsAnError() throws Exception {
        assertThat(read(client.getStream(client.execute("SELECT n_name FROM nation", header("schema", "tpch"))
                .getEndpoints().getFirst().getTicket()))).isEqualTo(25);
        assertThatThrownBy(() -> client.execute("SELECT 1", header("maxrows", "many")))
                .hasMessageContaining("INVALID_SESSION_OPTION").hasMessageContaining("maxrows");
        assertThatThrownBy(() -> read(client.getStream(client.execute(LARGE, header("querytimeout", "1"))
                .getEndpoints().getFirst().getTicket()))).hasMessageContaining("QUERY_TIMEOUT");
    }

    private static HeaderCallOption header(String name, String value) {
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert(name, value);
        return new HeaderCallOption(headers);
    }

    @Test
    void aPreparedStatementWithoutItsValuesSaysSo() throws Exception {
        try (FlightSqlClient.PreparedStatement statement = client.prepare("SELECT CAST(? AS BIGINT)")) {
            assertThatThrownBy(() -> read(client.getStream(statement.execute().getEndpoints().getFirst().getTicket())))
                    .hasMessageContaining("INVALID_PARAMETER").hasMessageContaining("[1] parameters");
        }
    }

    @Test
    void cancelFlightInfoEndsTheQuery() throws Exception {
        FlightInfo info = client.execute(LARGE);
        try (FlightStream stream = client.getStream(info.getEndpoints().getFirst().getTicket())) {
            assertThat(stream.next()).isTrue();
            assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus()).isEqualTo(CancelStatus.CANCELLED);
            assertThatThrownBy(() -> {
                while (stream.next()) {
                    stream.getRoot().clear();
                }
            }).hasMessageContaining("QUERY_CANCELLED");
        }
        Eventually.holds("the query has ended", () -> running(LARGE) == 0);
        assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus()).isNotEqualTo(CancelStatus.CANCELLED);
    }

    @Test
    void aClientThatDoesNotReadIsWaitedForWithoutBufferingItsAnswer() throws Exception {
        String sql = LARGE + " AND 'unread' = 'unread'";
        FlightInfo info = client.execute(sql);
        long start = System.nanoTime();
        FlightStream stream = client.getStream(info.getEndpoints().getFirst().getTicket());
        assertThat(stream.next()).isTrue();
        long before = memory(sql);
        // other clients are served meanwhile, and the waiting query takes no more than it did
        for (int turn = 0; turn < 20; turn++) {
            assertThat(Rows.of(SharedCluster.get().client(), "SELECT COUNT(*) FROM tpch.nation").rows()).hasSize(1);
        }
        assertThat(memory(sql)).isLessThan(Math.max(2 * before, before + (64 << 20)));
        assertThat(running(sql)).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
        stream.cancel("not interested", null);
        drain(stream);
        Eventually.holds("the unread query has ended", () -> running(sql) == 0);
    }

    @Test
    void everyTypeAndNoneCanBeAskedForInXdbcTypeInfo() throws Exception {
        assertThat(read(client.getStream(client.getXdbcTypeInfo().getEndpoints().getFirst().getTicket()))).isGreaterThan(8);
        assertThat(read(client.getStream(client.getXdbcTypeInfo(java.sql.Types.BIGINT).getEndpoints().getFirst().getTicket())))
                .isEqualTo(1);
        assertThat(read(client.getStream(client.getXdbcTypeInfo(java.sql.Types.BLOB).getEndpoints().getFirst().getTicket())))
                .isZero();
    }

    @Test
    void everySqlInfoIsAnswered() throws Exception {
        long ids = java.util.Arrays.stream(org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo.values()).count() - 1;
        assertThat(read(client.getStream(client.getSqlInfo(new int[0]).getEndpoints().getFirst().getTicket()))).isEqualTo(ids);
        assertThat(read(client.getStream(client.getSqlInfo(new int[] {0, 1, 999_999}).getEndpoints().getFirst().getTicket()))).isEqualTo(2);
    }

    @Test
    void closingTheClusterLeavesNoBufferOpen() throws Exception {
        // given
        Logger logger = (Logger) LoggerFactory.getLogger(Foundation.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        logger.addAppender(said);
        Path home = SharedCluster.temporaryHome();
        FlightStream unread;
        try (OneJvmCluster cluster = OneJvmCluster.start(new OneJvmCluster.Settings(new HomeDirectory(home), 0, 1));
                FlightSqlClient other = new FlightSqlClient(
                        FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", cluster.port())).build())) {
            // when: answers read, broken off and never read
            assertThat(read(other.getStream(other.execute("SELECT * FROM sys.servers").getEndpoints().getFirst().getTicket())))
                    .isPositive();
            assertThat(read(other.getStream(other.getTables(null, null, null, null, true).getEndpoints().getFirst().getTicket())))
                    .isPositive();
            unread = other.getStream(other.execute("SELECT 1 FROM sys.queries").getEndpoints().getFirst().getTicket());
            unread.cancel("gone", null);
            drain(unread);
        } finally {
            logger.detachAppender(said);
            SharedCluster.delete(home);
        }

        // then
        assertThat(said.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }

    private static long running(String sql) {
        return Rows.of(SharedCluster.get().client(), "SELECT statement FROM sys.queries").rows().stream()
                .filter(row -> row.getFirst().equals(sql)).count();
    }

    private static long memory(String sql) {
        return Rows.of(SharedCluster.get().client(), "SELECT statement, memory_bytes FROM sys.queries").rows().stream()
                .filter(row -> row.getFirst().equals(sql)).mapToLong(row -> (Long) row.get(1)).sum();
    }

    private static void drain(FlightStream stream) throws Exception {
        try (stream) {
            while (stream.next()) {
                stream.getRoot().clear();
            }
        } catch (FlightRuntimeException e) {
            assertThat(e.status().code()).isEqualTo(FlightStatusCode.CANCELLED);
        }
    }

    private static long read(FlightStream stream) throws Exception {
        long rows = 0;
        try (stream) {
            while (stream.next()) {
                rows += stream.getRoot().getRowCount();
            }
        }
        return rows;
    }
}
