package org.narwhaldb.store.object;

import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// Builds S3 clients from the properties Iceberg's S3FileIO takes, so that one set of properties serves both.
public final class S3Clients {
    private S3Clients() {}

    public static S3Client open(Map<String, String> properties) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .forcePathStyle(Boolean.parseBoolean(properties.get("s3.path-style-access")));
        String endpoint = properties.get("s3.endpoint");
        if (endpoint != null) {
            builder.endpointOverride(URI.create(endpoint));
        }
        String region = properties.get("client.region");
        if (region != null) {
            builder.region(Region.of(region));
        } else if (endpoint != null) {
            builder.region(Region.US_EAST_1);
        }
        String keyId = properties.get("s3.access-key-id");
        String secret = properties.get("s3.secret-access-key");
        if (keyId != null && secret != null) {
            String token = properties.get("s3.session-token");
            AwsCredentials credentials = token == null
                    ? AwsBasicCredentials.create(keyId, secret) : AwsSessionCredentials.create(keyId, secret, token);
            builder.credentialsProvider(StaticCredentialsProvider.create(credentials));
        }
        return builder.build();
    }
}
