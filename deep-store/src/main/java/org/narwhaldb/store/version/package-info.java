/// Table versions at rest, format 1. All numbers big-endian unless said.
///
/// ```
/// <table directory> = tables/<namespace>/<name>     anything but letters, digits, `_`, `-`, `.` as %XX
///   versions/<incarnation>-<counter>.json           head
///   chunks/<version id>-<hash>.segments|.sources    chunk; the hash is that of its content
///   live/<segment id>-<live rows id>.rows           live rows
/// ```
///
/// **Head**: one JSON document, `{"format":1,"checksum":"<16 hex>","version":<body>}` and a line feed. The checksum is
/// the start of the SHA-256 of the body's bytes; the text before the body has exactly this form, so that it can be cut
/// by position. Values (bounds) carry a tag: `{"l":int64}`, `{"d":raw bits of a double}`, `{"i":"integer"}`,
/// `{"b":"base64"}`, `{"t":boolean}`, `{"a":[…]}`, `{"p":[[key, value], …]}`, null.
///
/// **Chunk**: `NWCH`, u16 format, u8 kind (1 segments, 2 sources), u8 0, u32 length unpacked, u32 CRC-32C of all that
/// comes before and after it, then a zstd frame: varint count of entries, the entries, varint count of removed keys,
/// the keys. Strings are UTF-8 with a varint length; numbers are zigzag varints; values carry a tag byte. A version is
/// the result of its chunks applied in order, as puts and removals. The first chunk, and those after it that speak of a
/// part of the shards only, are the base; the others are deltas, merged by size as in a log-structured merge tree
/// (O'Neil et al., 1996; tiered): 16 neighbours of a tier become one, and when the deltas outgrow the base all become a
/// new base, cut by ranges of shards.
///
/// **Live rows**: `NWLR`, u16 format, u16 0, i32 rows alive, i32 length, the bitmap in Roaring's portable format
/// (https://github.com/RoaringBitmap/RoaringFormatSpec), u32 CRC-32C of everything before it.
package org.narwhaldb.store.version;
