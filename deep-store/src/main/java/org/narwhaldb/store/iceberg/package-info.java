/// The only door to Iceberg (https://iceberg.apache.org/spec/): nothing outside this package sees one of its types.
///
/// ```
/// Lake (one catalog) -> LakeTable (one table at one metadata version)
///                         sourceFiles()       which data files, with the deletes that apply to each   Iceberg's scan
/// planning
///                         read()              all physical rows    ParquetRows (FlatColumns), RecordRows (Avro, ORC)
///                         deletedPositions()  those deleted        DeletedRows, DeleteFiles
///                         newLoad()        -> LakeLoad: rows (PartitionedFiles, RowWriter) or Parquet files as they
/// are
///                                             (ParquetAdmission), then one commit with the load's id
/// ```
package org.narwhaldb.store.iceberg;
