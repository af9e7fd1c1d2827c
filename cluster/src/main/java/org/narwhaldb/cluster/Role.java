package org.narwhaldb.cluster;

public enum Role { CONTROLLER, INGEST, SEGMENT_SERVER, FLIGHT_SERVER }
