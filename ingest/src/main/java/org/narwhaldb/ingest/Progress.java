package org.narwhaldb.ingest;

/// How far a load or a build is, as a client sees it.
///
/// @param phase `reading`, `committing`, `building`, `publishing`
/// @param file the one being read, may be empty
/// @param rows read so far
/// @param message for people, may be empty
public record Progress(String phase, String file, int filesDone, int filesTotal, long rows, String message) {
    public static Progress phase(String phase, String message) {
        return new Progress(phase, "", 0, 0, 0, message);
    }
}
