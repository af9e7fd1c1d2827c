package org.narwhaldb.engine.scan;

/// What a join above says to a scan: a row matters only if its value of the scan column is among the keys.
record KeyFilter(int column, KeySet keys) {}
