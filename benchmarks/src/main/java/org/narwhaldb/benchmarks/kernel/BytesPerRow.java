package org.narwhaldb.benchmarks.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a kernel reads or writes outside the nearest cache for one row, for GB/s.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface BytesPerRow {
    double value();
}
