package org.narwhaldb.store.iceberg;

import java.util.List;
import org.apache.iceberg.DataFile;

/// Rows into data files of one table, which roll by size.
interface RowFiles extends LakeLoad.Rows {
    /// Closes all files and returns those written.
    List<DataFile> finish();

    /// Locations of all files begun, for those who must remove them.
    List<String> started();

    /// Lets go of open files whose content no longer matters.
    void abandon();
}
