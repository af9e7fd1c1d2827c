package org.narwhaldb.engine.exchange;

import org.narwhaldb.engine.exchange.Transport.NodeAddress;

class LocalTransportTest extends TransportContract {
    private final Transports.Local transport = Transports.local(serverMemory);
    private int nodes;

    @Override
    Transport transport() {
        return transport;
    }

    @Override
    NodeAddress start(Transport.Handler handler) {
        NodeAddress node = new NodeAddress("node-" + nodes++, "", 0);
        transport.register(node.id(), handler);
        return node;
    }

    @Override
    NodeAddress nobody() {
        return new NodeAddress("nobody", "", 0);
    }

    @Override
    void stop(NodeAddress node) {
        transport.unregister(node.id());
    }

    @Override
    void close() {
        transport.close();
    }
}
