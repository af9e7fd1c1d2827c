package org.narwhaldb.conformance.chaos;

import java.util.List;

/// A writer of a fact table.
interface FactWriter extends Writer {
    /// What may be in the table now: one state, or two while the last commit's outcome is not known.
    List<TableState> possible();
}
