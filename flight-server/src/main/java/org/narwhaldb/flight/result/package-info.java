/// Whole answers that are kept from statement to statement: [org.narwhaldb.flight.result.ResultCache].
package org.narwhaldb.flight.result;
