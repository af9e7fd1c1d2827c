/// Bytes at rest: the segment file, format version 3. Someone who reads only this can write a reader.
///
/// A segment file is an immutable columnar image of rows. All numbers are little endian. `text` is a u32 byte length
/// and that many bytes of UTF-8. `crc` is CRC32C (Castagnoli, RFC 3720 appendix B.4) as u32.
///
/// # File
///
/// ```
/// header    64 bytes
/// parts     one behind the other without gaps; each starts at a multiple of 64
/// footer
/// trailer   16 bytes
/// ```
///
/// A part is a sequence of buffers. Each buffer starts at a multiple of 64 bytes of its part and is followed by zeros
/// up to the next multiple of 64 and by 64 zero bytes more, so that a full vector load at any value stays in the file:
/// `padded(n) = (n + 63 & ~63) + 64`. A part may be empty.
///
/// ```
/// header:   0  u32 magic, bytes "NWL1"      4  u32 format version, 3      8  zeros      60  crc of bytes 0..59
/// trailer:  0  u64 length of the footer     8  crc of the footer's bytes and then of trailer bytes 0..7
///          12  u32 magic
/// ```
///
/// # Footer
///
/// ```
/// text      segment id
/// u32       rows, at most 2^31 - 1 - 65,536
/// u32       rows of a block, 65,536; the last block has the rest; blocks = ceil(rows / 65,536)
/// u32       number of sort keys; for each: i32 field id, i64 width of the time bucket in µs (0: the value itself)
/// i32       field id of the column in whose order the origins stand; -1: in the order of the rows
/// u32       number of columns; for each a field
/// u32       number of parts; for each: u32 kind, i32 column (position from 0; -1 for none), u64 offset in the file,
///           u64 length with padding, crc of these bytes, u32 zero
///
/// field     i32 field id, text name, u8 nullable, u8 type, i32 precision (DECIMAL: digits; FIXED: bytes; else 0),
///           i32 scale, u32 number of child fields, the child fields (LIST: element; MAP: key, value; STRUCT: all)
/// type      1 BOOLEAN, 2 INT, 3 LONG, 4 FLOAT, 5 DOUBLE, 6 DECIMAL, 7 DATE, 8 TIME, 9 TIMESTAMP, 10 TIMESTAMP_TZ,
///           11 TIMESTAMP_NS, 12 TIMESTAMP_TZ_NS, 13 STRING, 14 BINARY, 15 FIXED, 16 UUID, 17 STRUCT, 18 LIST, 19 MAP
/// kind      1 DATA, 2 DIRECTORY, 3 DICTIONARY, 4 STATISTICS (of a column); 5 ORIGIN_DATA, 6 ORIGIN_DIRECTORY (-1)
/// ```
///
/// Every column has DATA and DIRECTORY. The origin's parts are the last, so that queries map the file up to there.
/// The physical form of a column follows from its type: see `ColumnType.Physical`. Values are those of
/// `ColumnType` (dates in days, times in µs, decimals unscaled, floats as doubles).
///
/// # Directory: one entry of 64 bytes a block, then padding
///
/// ```
///  0  u64 offset of the block's first buffer in DATA
///  8  u8  encoding      9  u8 width      10  u16 flags: 1 bounded, 2 summed, 4 has NULLs, 8 all rows NULL,
///                                                           16 counted
/// 12  u32 NULLs        16  u64 offset of the bitmap of NULLs in DATA (flag 4)
/// 24  i64 base         32  i64 min       40  i64 max (flag 1)
/// 48  i64 sum of the values that are not NULL, bits 0 to 63 (flag 2); or offset in STATISTICS of the counts (flag 16)
/// 56  u32 count        60  i32 bits 64 to 95 of the sum
/// ```
///
/// min and max, over the rows that are not NULL: LONG the value; DOUBLE its bits, ordered with -0.0 = 0.0 and NaN
/// largest; BOOLEAN 0 or 1; BYTES with a dictionary the code; INT128 the offset in STATISTICS of (i64 high, i64 low);
/// BYTES without a dictionary the offset in STATISTICS of a u32 length and the bytes; NESTED has none.
/// sum: of LONG; of BOOLEAN, where true is 1; of INT128 whose values fit 64 bits; of DOUBLE in encodings 7 and 9, of the
/// integers that are divided by 10^count. Counts: for each code of a dictionary of at most 256 values a u16, how many
/// rows of the block have it and are not NULL; kept where the block has at least two codes and 16 rows a code.
/// The bitmap of NULLs has one bit a row in u64 words, lowest bit first, 1 = NULL. A block of NULLs only has no buffer
/// and encoding CONSTANT. Rows that are NULL hold any value.
///
/// # Encodings
///
/// ```
/// 1 CONSTANT            all          no buffer; every value is base: LONG, code, 0 or 1, bits of a double, INT128
/// after                                    sign extension; BYTES and NESTED: empty
/// 2 PLAIN               LONG, DOUBLE i64 or f64 a row; width 8
///                       INT128       i64 high a row; second buffer: i64 low a row; width 16
/// 3 FRAME_OF_REFERENCE  LONG         unsigned residual of `width` bytes a row (1, 2, 4);
///                                    value = base + residual modulo 2^64
/// 4 RUNS                LONG, codes  u16 number of the last row of each of `count` runs, ascending, the last is the
///                                    block's last row; second buffer: for each run LONG an unsigned residual over base
///                                    as in 3 (width 1, 2, 4, 8), or an unsigned code of `width` bytes (1, 2, 4)
/// 5 BITMAP              BOOLEAN      one bit a row in u64 words, lowest bit first
/// 6 DICTIONARY          codes        unsigned code of `width` bytes a row: 1 up to 256 values in the dictionary,
///                                    2 up to 65,536, else 4
/// 7 DECIMAL             DOUBLE       unsigned residual of `width` bytes a row (1, 2, 4); value =
///                                    (base + residual) / 10^count as a division of doubles, count <= 10
/// 8 PAGES               BYTES,NESTED lengths of all rows, as 9 PACKED of LONG with factor 1; third buffer: u32 offset
///                                    of the value of rows 0, 32, 64, … and of the end of the last; if count > 0 a
///                                    buffer of `count` symbols: u8 length (1 to 8) of each, then their bytes; last
///                                    buffer: the bytes of all values. See below
/// 9 PACKED              codes        groups of 1,024 codes of `width` bits (1 to 31), see below
///                       LONG, DOUBLE a table of the groups; second buffer: the groups of residuals. LONG: value = base
///                                    of the group + residual * count modulo 2^64, count >= 1; DOUBLE: value = (base of
///                                    the group + residual) / 10^count as a division of doubles, count <= 10;
///                                    width: bits of the widest group
/// 10 DELTA              LONG         a table of the groups, whose base is the value of the group's first row; second
///                                    buffer: the groups of differences: value = value of the row before + difference *
///                                    count, count >= 1 (0 for the first row); third buffer: i64 value of `base` rows
///                                    that don't follow from the row before them (their difference is 0); fourth: u16
///                                    numbers of these rows, ascending; width: bits of the widest group
/// ```
///
/// INT128 values that all fit in 64 bits are written in an encoding of LONG, then sign-extended; only PLAIN of width 16
/// is their own.
///
/// # Groups of packed numbers
///
/// PACKED and DELTA cut the rows of a block into groups of 1,024; the last is filled up with zeros. A group of numbers of W bits
/// (1 to 32) takes W registers of 128 bytes. A register is an array of little-endian lanes, of B bits each:
///
/// ```
/// W         B    lanes L of a register
/// 1 to 8    8    128
/// 9 to 16   16   64
/// 17 to 32  32   32
/// ```
///
/// Number i of the group (its row in it) stands in lane i % L. Of that lane, all registers one behind the other are one
/// string of B * W bits, the lowest bit of a lane first, and the number is its W bits from (i / L) * W on: with
/// p = (i / L) * W, from bit p % B of register p / B on, and what doesn't fit there from bit 0 of the next register on.
/// So L neighbouring rows stand in the L lanes of one register at the same bits:
///
/// ```
/// rows k*L .. k*L+L-1 (k = 0 .. B-1):  r = k*W / B, s = k*W % B, lanes of registers a = r, b = r + 1 (if s + W > B)
///                                     number = (a >>> s | b << (B - s)) & (2^W - 1), without b if s + W <= B
/// ```
///
/// Codes: all groups have the block's width W; group g starts W * 128 * g bytes behind the buffer's start.
/// LONG and DOUBLE: each group has a width of its own, 0 to 32, and an entry in the table:
///
/// ```
///  0  i64 base      8  u32 registers of all groups before it: the group starts 128 times as many bytes behind the
///                      second buffer's start
/// 12  u32 width; 0: the group has no registers and every residual is 0
/// ```
///
/// # Values of bytes
///
/// PAGES without symbols (count 0) holds the values as they are. With symbols, at most 255, each value is written in
/// codes, and lengths and offsets count codes: a code below 255 stands for the bytes of that symbol, 255 for the one
/// byte behind it. NESTED values are the bytes of `NestedCodec`.
///
/// # Dictionary
///
/// A BYTES column either has a DICTIONARY part, and codes in all blocks, or none, and PAGES. The writer gives up the
/// dictionary above 3 × 2^20 distinct values, above 2^10 if they are over nine tenths of the values, above 1 GiB of bytes, and
/// above 2^15 that are half of the values if the values themselves would clearly take less.
///
/// ```
/// header    64 bytes: u32 number of values, u32 form, u64 bytes of the pool, zeros
/// buffer    u32 offsets in the pool. Form 1, plain: of each value and of the end. Form 2, front-coded: of each page
/// buffer    the pool. Form 1: the bytes of the values. Form 2: the pages
/// ```
///
/// Values ascend as unsigned bytes; code = position. A page holds 16 values, the last one fewer: for each the bytes that
/// it doesn't share with the value before it in the page.
///
/// ```
/// value     u8 (shared << 4 | rest), each 15 if the length is 15 or more; u32 shared, if it is; u32 rest, if it is;
///           the rest's bytes. The first of a page shares 0
/// ```
///
/// # Origin
///
/// Where each row came from: the ordinal of its source file in the build and its position there, as two LONG sequences
/// with a place for each row: the ordinal, and (position - place). Place i is that of row i; or, if the footer names a
/// column, which is LONG and has no NULLs, that of the row which is number i when the rows are ordered by the column,
/// ascending, equal values by row: rows that arrived in the order of a time or a key have their origins one behind the
/// other then. ORIGIN_DIRECTORY holds the entries of all blocks of the first sequence, then of the second; ORIGIN_DATA
/// their buffers.
///
/// # Order of values
///
/// Rows stand in the order of the sort keys, ascending, NULLs last, equal ones in the order they arrived. A time bucket
/// is floor(value / width), with the width in the column's own unit (µs, ns, whole days). Orders are those of
/// `ValueOrder`.
package org.narwhaldb.segment;
