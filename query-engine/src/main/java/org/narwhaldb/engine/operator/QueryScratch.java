package org.narwhaldb.engine.operator;

import org.narwhaldb.engine.execution.QueryContext;

/// What parts of one scan share: its query, its reservation and an array of row numbers for a moment's use.
record QueryScratch(QueryContext context, Reservation reservation, int[] selected) {}
