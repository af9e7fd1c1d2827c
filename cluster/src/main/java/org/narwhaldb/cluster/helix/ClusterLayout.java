package org.narwhaldb.cluster.helix;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Where things are in ZooKeeper. Helix owns `/CLUSTER`; what Narwhal keeps itself is in `/CLUSTER-narwhal`:
/// `ready` (set-up is complete), `pointers/TABLE`, `epochs/PARTITION`.
///
/// Resource and table names may hold any character; [#escape] makes one path element of them that JMX names accept too.
public final class ClusterLayout {
    private final String helix;
    private final String own;

    ClusterLayout(String cluster) {
        helix = "/" + cluster;
        own = "/" + cluster + "-narwhal";
    }

    String own() {
        return own;
    }

    String lock() {
        return own + "/setting-up";
    }

    /// Exists once the controller has set the cluster up completely.
    String ready() {
        return own + "/ready";
    }

    String pointers() {
        return own + "/pointers";
    }

    String epochs() {
        return own + "/epochs";
    }

    String externalViews() {
        return helix + "/EXTERNALVIEW";
    }

    String idealStates() {
        return helix + "/IDEALSTATES";
    }

    String idealState(String resource) {
        return idealStates() + "/" + escape(resource);
    }

    String resourceConfig(String resource) {
        return helix + "/CONFIGS/RESOURCE/" + escape(resource);
    }

    String instanceConfigs() {
        return helix + "/CONFIGS/PARTICIPANT";
    }

    /// Children are the ids of the members that are there.
    String liveInstances() {
        return helix + "/LIVEINSTANCES";
    }

    /// The leading controller.
    String controllerLeader() {
        return helix + "/CONTROLLER/LEADER";
    }

    /// Percent-encodes the UTF-8 bytes of everything but ASCII letters, digits and `.`, `_`, `-`, `@`; a name of
    /// dots only is encoded whole, because ZooKeeper refuses relative paths.
    public static String escape(String name) {
        boolean dots = name.chars().allMatch(character -> character == '.');
        StringBuilder escaped = new StringBuilder(name.length() + 8);
        for (byte next : name.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (next & 0xFF);
            if (!dots && isPlain(character)) {
                escaped.append(character);
            } else {
                escaped.append(String.format("%%%02X", (int) character));
            }
        }
        return escaped.toString();
    }

    static String unescape(String element) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(element.length());
        for (int at = 0; at < element.length(); at++) {
            char character = element.charAt(at);
            if (character == '%') {
                bytes.write(Integer.parseInt(element, at + 1, at + 3, 16));
                at += 2;
            } else {
                bytes.write(character);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static boolean isPlain(char character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9' || "._-@".indexOf(character) >= 0;
    }
}
