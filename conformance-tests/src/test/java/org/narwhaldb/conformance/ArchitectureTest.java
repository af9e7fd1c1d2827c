package org.narwhaldb.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The walls of the house (docs/design and ARCHITECTURE.md): which module may use which, and which module owns which heavy
/// library. A failure says where the code should go.
final class ArchitectureTest {
    private static final String ROOT = "org.narwhaldb.";

    /// Module → the modules it may use. Arrows only go down; processes never import each other.
    private static final Map<String, List<String>> ARROWS = new LinkedHashMap<>();

    static {
        ARROWS.put("segment", List.of());
        ARROWS.put("store", List.of("segment"));
        ARROWS.put("cluster", List.of("store", "segment"));
        ARROWS.put("engine", List.of("segment"));
        ARROWS.put("calcite", List.of("engine", "segment"));
        ARROWS.put("jdbc", List.of());
        ARROWS.put("server", List.of("engine", "cluster", "store", "segment"));
        ARROWS.put("ingest", List.of("engine", "cluster", "store", "segment"));
        ARROWS.put("controller", List.of("cluster", "store", "segment"));
        ARROWS.put("flight", List.of("calcite", "engine", "cluster", "store", "segment"));
        ARROWS.put("launcher", List.of("flight", "server", "ingest", "controller", "calcite", "engine", "cluster", "store", "segment"));
    }

    /// Package prefix of a library → the modules that may touch it, and where to go instead.
    private record Owner(String library, List<String> modules, String instead) {}

    private static final List<Owner> OWNERS = List.of(
            new Owner("org.apache.calcite..", List.of("calcite"), "plan through calcite-adapter's SqlPlanner"),
            new Owner("org.apache.iceberg..", List.of("store"), "go through deep-store's Lake"),
            new Owner("org.apache.parquet..", List.of("store"), "go through deep-store's Lake"),
            new Owner("software.amazon.awssdk..", List.of("store"), "go through deep-store's ObjectStore"),
            new Owner("org.apache.helix..", List.of("cluster", "controller"), "go through cluster's Cluster"),
            new Owner("org.apache.zookeeper..", List.of("cluster", "controller"), "go through cluster's Cluster"),
            new Owner("org.apache.arrow.flight..", List.of("engine", "flight", "launcher"), "use query-engine's Transport"),
            new Owner("org.apache.arrow..", List.of("engine", "flight", "launcher", "jdbc"), "pass query-engine's Batch"),
            new Owner("org.roaringbitmap..", List.of("segment", "store", "engine", "server", "ingest"), "ask the module that holds the rows"),
            new Owner("picocli..", List.of("launcher"), "commands live in launcher"),
            new Owner("org.duckdb..", List.of(), "DuckDB is an oracle for tests and benchmarks, never part of the product"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("org.narwhaldb");

    @TestFactory
    List<DynamicTest> modulesUseOnlyWhatIsBelowThem() {
        List<DynamicTest> tests = new ArrayList<>();
        ARROWS.forEach((module, allowed) -> tests.add(DynamicTest.dynamicTest(module, () -> {
            List<String> forbidden = new ArrayList<>();
            for (String other : ARROWS.keySet()) {
                if (!other.equals(module) && !allowed.contains(other)) {
                    forbidden.add(ROOT + other + "..");
                }
            }
            noClasses().that().resideInAPackage(ROOT + module + "..")
                    .should().dependOnClassesThat().resideInAnyPackage(forbidden.toArray(String[]::new))
                    .because("arrows only go down: what two modules need belongs to a contract below both of them")
                    .allowEmptyShould(true).check(CLASSES);
        })));
        return tests;
    }

    @TestFactory
    List<DynamicTest> heavyLibrariesHaveOwners() {
        return OWNERS.stream().map(owner -> DynamicTest.dynamicTest(owner.library(), () -> {
            String[] owners = owner.modules().stream().map(module -> ROOT + module + "..").toArray(String[]::new);
            noClasses().that().resideInAPackage("org.narwhaldb..").and().resideOutsideOfPackages(owners)
                    .and().resideOutsideOfPackages("org.narwhaldb.benchmarks..", "org.narwhaldb.conformance..")
                    .should().dependOnClassesThat().resideInAPackage(owner.library())
                    .because(owner.instead()).check(CLASSES);
        })).toList();
    }

    @Test
    void onlyKernelsTouchTheVectorApi() {
        noClasses().that().resideInAPackage("org.narwhaldb..").and().resideOutsideOfPackages(
                        ROOT + "engine.kernel..", ROOT + "benchmarks..")
                .should().dependOnClassesThat().resideInAPackage("jdk.incubator..")
                .because("it is an incubator: it may be missing or change; call a kernel, which has a scalar twin").check(CLASSES);
    }

    /// Publication, pinning, attempts, retention and garbage collection are run by a simulator as they are: their clocks, waits and
    /// threads come from outside.
    @Test
    void protocolCodeTakesTimeAndThreadsFromOutside() {
        noClasses().that().resideInAnyPackage(
                        "org.narwhaldb.flight.version..", "org.narwhaldb.flight.routing..", "org.narwhaldb.ingest.publish..",
                        "org.narwhaldb.ingest.retention..", "org.narwhaldb.server.hold..", "org.narwhaldb.store.version..")
                .should().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(java.time.Instant.class, "now")
                .orShould().callMethod(Thread.class, "sleep", long.class)
                .orShould().dependOnClassesThat(belongToAnyOf(java.util.Timer.class))
                .because("the simulator replaces clock and scheduler: take an InstantSource and a Scheduler").check(CLASSES);
    }

    @Test
    void nobodySleepsOrReadsTheWallClockButTheLauncher() {
        noClasses().that(resideInAnyPackage("org.narwhaldb..").and(not(resideInAnyPackage(
                        "org.narwhaldb.launcher..", "org.narwhaldb.benchmarks..", "org.narwhaldb.jdbc.."))))
                .should().callMethod(Thread.class, "sleep", long.class)
                .orShould().callMethod(System.class, "currentTimeMillis")
                .because("wait for a condition; take an InstantSource").check(CLASSES);
    }
}
