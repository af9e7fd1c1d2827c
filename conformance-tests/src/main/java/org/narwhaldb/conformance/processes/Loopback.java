package org.narwhaldb.conformance.processes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// All on 127.0.0.1. Only what passes through a relay of ours can be cut: each process's link to ZooKeeper.
public final class Loopback implements Network {
    private static final String HOST = "127.0.0.1";

    private final Map<String, TcpRelay> toZooKeeper = new ConcurrentHashMap<>();

    @Override
    public String host(String process) {
        return HOST;
    }

    @Override
    public List<String> placed(String process, List<String> command) {
        return command;
    }

    @Override
    public String zooKeeperSeenBy(String process, String address) {
        return HOST + ":" + toZooKeeper.computeIfAbsent(process, _ -> TcpRelay.to(List.of(address))).port();
    }

    @Override
    public void cut(String process) {
        toZooKeeper.get(process).cut();
    }

    @Override
    public void mend(String process) {
        toZooKeeper.get(process).mend();
    }

    @Override
    public String gateway() {
        return HOST;
    }

    @Override
    public String describe() {
        return "a relay before ZooKeeper: a cut member loses ZooKeeper only";
    }

    @Override
    public void close() {
        toZooKeeper.values().forEach(TcpRelay::close);
        toZooKeeper.clear();
    }
}
