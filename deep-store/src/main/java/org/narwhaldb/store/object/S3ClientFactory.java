package org.narwhaldb.store.object;

import java.util.Map;
import org.apache.iceberg.aws.s3.S3FileIOAwsClientFactory;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/// Gives Iceberg's S3FileIO the clients of [S3Clients]; named to it by the property `s3.client-factory-impl`.
public final class S3ClientFactory implements S3FileIOAwsClientFactory {
    private static final long serialVersionUID = 1;

    private Map<String, String> properties = Map.of();

    /// For Iceberg, which makes it by its name.
    public S3ClientFactory() {}

    @Override
    public void initialize(Map<String, String> given) {
        properties = Map.copyOf(given);
    }

    @Override
    public S3Client s3() {
        return S3Clients.open(properties);
    }

    @Override
    public S3AsyncClient s3Async() {
        throw NarwhalException.of(ErrorCode.NOT_SUPPORTED,
                "No asynchronous S3 client here; leave [s3.analytics-accelerator.enabled] out");
    }
}
