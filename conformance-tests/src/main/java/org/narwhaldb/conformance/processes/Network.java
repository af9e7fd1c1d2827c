package org.narwhaldb.conformance.processes;

import java.util.List;

/// Where processes stand and how they reach each other.
public interface Network extends AutoCloseable {

    /// The address of a process, always the same.
    String host(String process);

    /// The command that runs it there.
    List<String> placed(String process, List<String> command);

    /// How `process` reaches ZooKeeper at that address; a network that cannot cut links itself puts itself in between here.
    default String zooKeeperSeenBy(String process, String address) {
        return address;
    }

    /// Cuts it off: nothing it sends arrives and nothing reaches it, and nobody is told.
    void cut(String process);

    void mend(String process);

    /// The address of this JVM as the processes see it.
    String gateway();

    /// What a cut is here, for the reader of a report.
    String describe();

    @Override
    void close();
}
