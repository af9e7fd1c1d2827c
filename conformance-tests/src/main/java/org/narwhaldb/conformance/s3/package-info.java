/// An S3 server that can be made unreliable, for tests and the chaos run: s3proxy as a process of its own, and a proxy before it
/// that delays, refuses, truncates and loses by a seeded schedule.
package org.narwhaldb.conformance.s3;
