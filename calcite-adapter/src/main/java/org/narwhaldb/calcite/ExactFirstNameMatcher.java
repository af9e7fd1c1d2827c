package org.narwhaldb.calcite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.validate.SqlNameMatcher;

/// Names match exactly first, then ignoring case.
final class ExactFirstNameMatcher implements SqlNameMatcher {
    @Override
    public boolean isCaseSensitive() {
        return false;
    }

    @Override
    public boolean matches(String string, String name) {
        return string.equalsIgnoreCase(name);
    }

    @Override
    public <K extends List<String>, V> V get(Map<K, V> map, List<String> prefixNames, List<String> names) {
        List<String> wanted = new ArrayList<>(prefixNames);
        wanted.addAll(names);
        V inexact = null;
        for (Map.Entry<K, V> entry : map.entrySet()) {
            if (entry.getKey().equals(wanted)) {
                return entry.getValue();
            }
            if (inexact == null && matches(entry.getKey(), wanted)) {
                inexact = entry.getValue();
            }
        }
        return inexact;
    }

    private static boolean matches(List<String> left, List<String> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!left.get(i).equalsIgnoreCase(right.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String bestString() {
        throw new UnsupportedOperationException();
    }

    @Override
    public RelDataTypeField field(RelDataType rowType, String fieldName) {
        RelDataTypeField exact = rowType.getField(fieldName, true, false);
        return exact != null ? exact : rowType.getField(fieldName, false, false);
    }

    @Override
    public int frequency(Iterable<String> names, String name) {
        int exact = 0;
        int all = 0;
        for (String candidate : names) {
            exact += candidate.equals(name) ? 1 : 0;
            all += matches(candidate, name) ? 1 : 0;
        }
        return exact > 0 ? exact : all;
    }

    @Override
    public int indexOf(Iterable<String> names, String name) {
        int index = 0;
        int inexact = -1;
        for (String candidate : names) {
            if (candidate.equals(name)) {
                return index;
            }
            if (inexact < 0 && matches(candidate, name)) {
                inexact = index;
            }
            index++;
        }
        return inexact;
    }

    @Override
    public Set<String> createSet() {
        return new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    }
}
