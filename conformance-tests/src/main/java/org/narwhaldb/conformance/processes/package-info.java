/// Narwhal's roles as processes of this machine: started, killed, paused, cut off and started again by tests and by the chaos command.
package org.narwhaldb.conformance.processes;
