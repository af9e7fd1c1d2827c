/// Immutable files by name, on local disk or in S3. A file appears whole or not at all and is never replaced.
package org.narwhaldb.store.object;
