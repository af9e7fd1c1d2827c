package org.narwhaldb.ingest.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.narwhaldb.ingest.Seed;
import org.narwhaldb.ingest.build.BuildPlanner.TimeRange;
import org.narwhaldb.segment.ColumnType.Kind;
import org.narwhaldb.segment.ColumnType;
import org.narwhaldb.store.TableSpec.SegmentTime;
import org.narwhaldb.store.iceberg.LakeTable.SourceFile;

class BuildPlannerTest {
    private static final int ROWS_MAX = 1_000;
    private static final TimeBuckets DAYS = new TimeBuckets(SegmentTime.DAY, Kind.DATE);

    @Test
    void everyFileIsReadOnceAndTasksWithinABucketFillAtMostOneSegment() {
        Seed seed = Seed.draw();
        SplittableRandom random = seed.random();
        for (int round = 0; round < 200; round++) {
            List<SourceFile> files = new ArrayList<>();
            Map<String, TimeRange> ranges = new HashMap<>();
            for (int index = random.nextInt(30); index > 0; index--) {
                SourceFile file = file("f" + index, 1 + random.nextInt(1_500));
                files.add(file);
                long from = random.nextInt(5);
                if (random.nextInt(10) > 0) {
                    ranges.put(file.path(), new TimeRange(from,
                            from + (random.nextBoolean() ? 0 : random.nextInt(90))));
                }
            }

            List<BuildTask> tasks = new BuildPlanner(DAYS, ROWS_MAX).plan(files, ranges);

            assertThat(tasks.stream().flatMap(task -> task.files().stream()).map(SourceFile::path)).as("%s", seed)
                    .containsExactlyInAnyOrderElementsOf(files.stream().map(SourceFile::path).toList());
            for (BuildTask task : tasks) {
                boolean oneBucket = task.files().stream().allMatch(file -> ranges.get(file.path()) != null
                        && ranges.get(file.path()).min() == ranges.get(task.files().getFirst().path()).max());
                assertThat(task.rowCount() <= (oneBucket ? ROWS_MAX : 4 * ROWS_MAX) || task.files().size() == 1)
                        .as("%s", seed).isTrue();
            }
            List<SourceFile> shuffled = new ArrayList<>(files);
            Collections.reverse(shuffled);
            assertThat(new BuildPlanner(DAYS, ROWS_MAX).plan(shuffled, ranges)).as("%s: order of input", seed)
                    .isEqualTo(tasks);
        }
    }

    @Test
    void rowsAreSortedByTheFinestTimeBucketInWhichTheyAreMany() {
        TimeRange quarter = new TimeRange(0, 90 * 86_400_000_000L - 1);

        assertThat(BuildPlanner.rowBucketMicros(20_000_000, quarter, ColumnType.Kind.TIMESTAMP)).isEqualTo(3_600_000_000L);
        assertThat(BuildPlanner.rowBucketMicros(2_000_000, quarter, ColumnType.Kind.TIMESTAMP)).isEqualTo(86_400_000_000L);
        assertThat(BuildPlanner.rowBucketMicros(200_000, quarter, ColumnType.Kind.TIMESTAMP)).isZero();
        assertThat(BuildPlanner.rowBucketMicros(20_000_000, new TimeRange(0, 89), ColumnType.Kind.DATE)).isEqualTo(86_400_000_000L);
    }

    @Test
    void theFinestWidthWhoseBucketsAreNotSparseIsChosen() {
        long year = 365;

        assertThat(width(40_000_000, year / 12)).isEqualTo(SegmentTime.DAY);
        assertThat(width(40_000_000, year)).isEqualTo(SegmentTime.MONTH);
        assertThat(width(6_000_000, 7 * year)).isEqualTo(SegmentTime.YEAR);
        assertThat(width(600_000, 7 * year)).isEqualTo(SegmentTime.ALL);
        assertThat(BuildPlanner.automaticWidth(Long.MAX_VALUE, null, width -> null)).isEqualTo(SegmentTime.ALL);
    }

    @Test
    void bucketsFollowTheCalendarOnBothSidesOfTheEpoch() {
        long micros = 86_400_000_000L;
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 1_000; round++) {
            LocalDate date = LocalDate.ofEpochDay(random.nextLong(-100_000, 100_000));
            long day = date.toEpochDay();
            long time = day * micros + random.nextLong(micros);

            for (var each : Map.of(Kind.DATE, day, Kind.TIMESTAMP, time, Kind.TIMESTAMP_TZ_NS, time).entrySet()) {
                long value = each.getKey() == Kind.TIMESTAMP_TZ_NS ? day * micros * 1_000 : each.getValue();
                assertThat(new TimeBuckets(SegmentTime.DAY, each.getKey()).bucketOf(value)).isEqualTo(day);
                assertThat(new TimeBuckets(SegmentTime.YEAR, each.getKey()).bucketOf(value)).isEqualTo(date.getYear());
                assertThat(new TimeBuckets(SegmentTime.MONTH, each.getKey()).bucketOf(value))
                        .isEqualTo(date.getYear() * 12L + date.getMonthValue() - 1);
            }
        }
    }

    private static SegmentTime width(long rows, long days) {
        return BuildPlanner.automaticWidth(rows, new TimeRange(0, days - 1),
                width -> new TimeBuckets(width, Kind.DATE));
    }

    private static SourceFile file(String path, long rows) {
        return new SourceFile(path, 1, rows, 100, List.of(), null);
    }
}
