package org.narwhaldb.segment.encoding;

/// The values of one block, ready to read: one small object over the mapped bytes, checked once when it is opened.
/// Rows count from the start of the block; the caller has checked the range. Thread-safe.
public sealed interface ValueBlock
        permits LongBlock, DoubleBlock, BooleanBlock, Int128Block, CodeBlock, BytesBlock {}
