package org.narwhaldb.conformance.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.narwhaldb.conformance.processes.ProcessRole;

/// All attacks of a run, from its seed alone. They are dealt like cards: each kind on each role comes once before any
/// comes again, segment servers twice. An attack begins when its quiet time is over and the cluster was whole again, so
/// that the moments depend on the machine, but not what happens in which order.
final class AttackSchedule {
    private static final int TOGETHER_PERCENT = 20;
    private static final Duration LONG_RUN = Duration.ofMinutes(5);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private record Card(Attack.Kind kind, ProcessRole role) {}

    private AttackSchedule() {}

    /// @param members how many of each role
    /// @param length of the run; there are more attacks than fit
    static List<Attack> of(long seed, Map<ProcessRole, Integer> members, Duration length) {
        RandomGenerator random = new Random(seed);
        List<Attack> attacks = new ArrayList<>();
        boolean minuteLost = length.compareTo(LONG_RUN) < 0;
        Duration total = Duration.ZERO;
        while (total.compareTo(length) < 0) {
            List<Card> deck = deck();
            Collections.shuffle(deck, Random.from(random));
            for (Card card : deck) {
                boolean minute = !minuteLost && card.kind() == Attack.Kind.KILL && card.role() == ProcessRole.ZOOKEEPER;
                minuteLost |= minute;
                Duration each = minute ? MINUTE : Duration.ofMillis(shortest(card) + random.nextInt(8_000));
                Duration quiet = Duration.ofMillis(1_000 + random.nextInt(3_000));
                boolean together = random.nextInt(100) < TOGETHER_PERCENT;
                attacks.add(new Attack(card.kind(), target(card, members, random), each, quiet, together));
                total = total.plus(each).plus(quiet);
            }
        }
        return separated(attacks);
    }

    /// A dead process is started again at once or soon; what only hurts hurts for a while.
    private static int shortest(Card card) {
        return card.kind() == Attack.Kind.KILL && card.role() != ProcessRole.ZOOKEEPER ? 0 : 2_000;
    }

    private static String target(Card card, Map<ProcessRole, Integer> members, RandomGenerator random) {
        return switch (card.role()) {
            case null -> Attack.SEGMENT_STORE;
            case ZOOKEEPER -> card.role().word();
            default -> card.role().word() + "-" + (1 + random.nextInt(members.get(card.role())));
        };
    }

    private static List<Card> deck() {
        List<Card> deck = new ArrayList<>();
        for (ProcessRole role : ProcessRole.values()) {
            deck.add(new Card(Attack.Kind.KILL, role));
            deck.add(new Card(Attack.Kind.PAUSE, role));
            if (role != ProcessRole.ZOOKEEPER) {
                deck.add(new Card(Attack.Kind.CUT, role));
            }
        }
        for (Attack.Kind kind : Attack.Kind.values()) {
            deck.add(new Card(kind, ProcessRole.SEGMENT_SERVER));
        }
        deck.add(new Card(Attack.Kind.FILL, ProcessRole.INGEST));
        deck.add(new Card(Attack.Kind.FILL, null));
        return deck;
    }

    /// Two at a time only if they are of different roles: what is there twice must not be away twice.
    private static List<Attack> separated(List<Attack> attacks) {
        List<Attack> result = new ArrayList<>();
        for (int index = 0; index < attacks.size(); index++) {
            Attack attack = attacks.get(index);
            boolean afterAnother = !result.isEmpty() && result.getLast().withNext();
            boolean last = index == attacks.size() - 1;
            boolean together = attack.withNext() && !afterAnother && !last && !attack.role().equals(attacks.get(index + 1).role());
            result.add(new Attack(attack.kind(), attack.target(), attack.length(), attack.quiet(), together));
        }
        return result;
    }
}
