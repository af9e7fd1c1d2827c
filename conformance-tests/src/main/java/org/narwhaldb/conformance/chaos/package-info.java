/// `./narwhal chaos`: a cluster of processes under load and under fire, and a checker that knows every right answer.
package org.narwhaldb.conformance.chaos;
