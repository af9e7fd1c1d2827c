package org.narwhaldb.store.object;

import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;

/// The rule on names: `/`-separated parts that cannot leave the root.
final class ObjectNames {
    private ObjectNames() {}

    static String checked(String name) {
        if (name.isEmpty() || name.startsWith("/") || name.endsWith("/") || name.indexOf('\\') >= 0
                || name.indexOf(0) >= 0) {
            throw refused(name);
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw refused(name);
            }
        }
        return name;
    }

    private static NarwhalException refused(String name) {
        return NarwhalException.of(ErrorCode.INVALID_PARAMETER,
                "Not a name in the store: [%s]; parts are separated by single slashes and none is [.] or [..]", name);
    }
}
