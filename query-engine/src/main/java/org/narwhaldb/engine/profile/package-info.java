/// What EXPLAIN ANALYZE measures of running plans: [org.narwhaldb.engine.profile.PlanMeter] is read while they run,
/// [org.narwhaldb.engine.profile.FragmentProfile] is what is left of it. Plans that nobody measures pay nothing.
package org.narwhaldb.engine.profile;
