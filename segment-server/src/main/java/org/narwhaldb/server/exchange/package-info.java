/// Groups of several parts of a leaf, brought together by hash of their keys: [org.narwhaldb.server.exchange.SharedLeaves] gives each
/// partition to the one who asks for it, [org.narwhaldb.server.exchange.MergeRunner] collects one and finishes it.
package org.narwhaldb.server.exchange;
