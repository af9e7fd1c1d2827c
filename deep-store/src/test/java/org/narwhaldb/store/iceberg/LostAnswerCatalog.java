package org.narwhaldb.store.iceberg;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.jdbc.JdbcCatalog;

/// A catalog whose answer to the next commit gets lost: after it took place, or before. Iceberg builds it by name.
public final class LostAnswerCatalog extends JdbcCatalog {
    enum Loss { NONE, AFTER_COMMIT, BEFORE_COMMIT }

    static final AtomicReference<Loss> NEXT = new AtomicReference<>(Loss.NONE);

    @Override
    protected TableOperations newTableOps(TableIdentifier identifier) {
        return new Lossy(super.newTableOps(identifier));
    }

    private record Lossy(TableOperations operations) implements TableOperations {
        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            Loss loss = NEXT.getAndSet(Loss.NONE);
            if (loss != Loss.BEFORE_COMMIT) {
                operations.commit(base, metadata);
            }
            if (loss != Loss.NONE) {
                throw new CommitStateUnknownException(new IOException("connection reset"));
            }
        }

        @Override
        public TableMetadata current() {
            return operations.current();
        }

        @Override
        public TableMetadata refresh() {
            return operations.refresh();
        }

        @Override
        public FileIO io() {
            return operations.io();
        }

        @Override
        public EncryptionManager encryption() {
            return operations.encryption();
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return operations.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return operations.locationProvider();
        }

        @Override
        public TableOperations temp(TableMetadata uncommitted) {
            return operations.temp(uncommitted);
        }
    }
}
