/// Another engine on the tables that Narwhal serves, by Iceberg's Java API alone.
package org.narwhaldb.conformance.lake;
