package org.narwhaldb.engine.plan;

/// The first byte of a node in a plan's binary form is the ordinal of its tag: append, never reorder.
enum PlanTag {
    SCAN, SYSTEM_SCAN, VALUES, FILTER, PROJECT, AGGREGATE, SORT, LIMIT, JOIN, UNION, REMOTE_SOURCE, WINDOW, EXCHANGE;

    static PlanTag of(PlanNode node) {
        return switch (node) {
            case PlanNode.Scan _ -> SCAN;
            case PlanNode.SystemScan _ -> SYSTEM_SCAN;
            case PlanNode.Values _ -> VALUES;
            case PlanNode.Filter _ -> FILTER;
            case PlanNode.Project _ -> PROJECT;
            case PlanNode.Aggregate _ -> AGGREGATE;
            case PlanNode.Sort _ -> SORT;
            case PlanNode.Limit _ -> LIMIT;
            case PlanNode.Join _ -> JOIN;
            case PlanNode.Union _ -> UNION;
            case PlanNode.RemoteSource _ -> REMOTE_SOURCE;
            case PlanNode.Window _ -> WINDOW;
            case PlanNode.Exchange _ -> EXCHANGE;
        };
    }
}
