/// Partial answers of leaf fragments that are kept from query to query: what is kept ([org.narwhaldb.server.partial.PartialCache]), of
/// which leaves, by which units of a part ([org.narwhaldb.server.partial.PartialRuns]).
package org.narwhaldb.server.partial;
