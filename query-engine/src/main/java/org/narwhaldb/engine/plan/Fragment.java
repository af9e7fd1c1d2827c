package org.narwhaldb.engine.plan;

import java.util.Objects;

/// The part of a plan that runs in one place. Fragments are joined by exchanges: a `RemoteSource` of one names another.
///
/// @param id unique within the plan
/// @param root LEAF: contains exactly one Scan, and no RemoteSource but as the right side of joins, each naming a BUILD. BUILD, ROOT:
///     contain no Scan; name leaves and builds
/// @param hasManyGroups LEAF: whether it is thought to yield so many groups that merging them is worth several servers
public record Fragment(int id, Kind kind, PlanNode root, boolean hasManyGroups) {
    public enum Kind {
        /// runs on segment servers, over the pairs that the router gives each; every copy's rows go to the gather exchange
        LEAF,
        /// runs once, on the front end, over what the other fragments send
        ROOT,
        /// runs once, on the front end; its rows are kept whole and go, by the broadcast exchange, with each request of a leaf that
        /// names it, and to the root
        BUILD
    }

    public Fragment {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(root, "root");
    }

    public Fragment(int id, Kind kind, PlanNode root) {
        this(id, kind, root, false);
    }

    /// The same with another plan.
    public Fragment with(PlanNode other) {
        return new Fragment(id, kind, other, hasManyGroups);
    }
}
