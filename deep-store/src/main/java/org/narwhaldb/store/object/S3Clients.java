package org.narwhaldb.store.object;

import java.time.Duration;
import java.util.Map;
import org.apache.iceberg.aws.AwsClientProperties;
import org.apache.iceberg.aws.s3.S3FileIOProperties;
import org.narwhaldb.segment.error.ErrorCode;
import org.narwhaldb.segment.error.NarwhalException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// The one way to S3, for the segment store and for Iceberg's S3FileIO (through [S3ClientFactory]), from the properties that
/// S3FileIO takes. An attempt that makes no progress for the socket timeout has failed, whatever it is doing; a failed attempt is
/// repeated a bounded number of times; a body that ends early is gone on with ([SteadyS3Client]).
public final class S3Clients {
    static final String CONNECT_TIMEOUT = "http-client.urlconnection.connection-timeout-ms";
    static final String SOCKET_TIMEOUT = "http-client.urlconnection.socket-timeout-ms";
    static final String RETRIES = "s3.retry.num-retries";

    private static final long CONNECT_MILLIS = 3_000;
    private static final long SOCKET_MILLIS = 8_000;
    private static final long RETRY_COUNT = 5;
    private static final Duration BACKOFF_FIRST = Duration.ofMillis(50);
    private static final Duration BACKOFF_LAST = Duration.ofSeconds(2);
    private static final Duration THROTTLED_FIRST = Duration.ofMillis(200);
    private static final Duration THROTTLED_LAST = Duration.ofSeconds(5);

    private S3Clients() {}

    public static S3Client open(Map<String, String> properties) {
        S3FileIOProperties s3 = new S3FileIOProperties(properties);
        AwsClientProperties aws = new AwsClientProperties(properties);
        Duration stall = Duration.ofMillis(number(properties, SOCKET_TIMEOUT, SOCKET_MILLIS));
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(new StallGuard(UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofMillis(number(properties, CONNECT_TIMEOUT, CONNECT_MILLIS)))
                        .socketTimeout(stall).build(), stall))
                .applyMutation(aws::applyClientRegionConfiguration)
                .applyMutation(s3::applyEndpointConfigurations)
                .applyMutation(s3::applyServiceConfigurations)
                .applyMutation(each -> s3.applyCredentialConfigurations(aws, each))
                .applyMutation(s3::applySignerConfiguration)
                .applyMutation(s3::applyUserAgentConfigurations);
        builder.overrideConfiguration(builder.overrideConfiguration().toBuilder()
                .retryStrategy(retries((int) number(properties, RETRIES, RETRY_COUNT))).build());
        if (!properties.containsKey("client.region") && properties.containsKey("s3.endpoint")) {
            // a server that is not Amazon's seldom has a region, but signatures must name one
            builder.region(Region.US_EAST_1);
        }
        return new SteadyS3Client(builder.build());
    }

    /// Without the SDK's circuit breaker, which gives up early after many failures: each operation has its own bound.
    private static StandardRetryStrategy retries(int count) {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(count + 1)
                .backoffStrategy(BackoffStrategy.exponentialDelay(BACKOFF_FIRST, BACKOFF_LAST))
                .throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(THROTTLED_FIRST, THROTTLED_LAST))
                .circuitBreakerEnabled(false)
                .build();
    }

    private static long number(Map<String, String> properties, String key, long otherwise) {
        String text = properties.get(key);
        try {
            return text == null ? otherwise : Long.parseUnsignedLong(text.strip());
        } catch (NumberFormatException e) {
            throw new NarwhalException(ErrorCode.INVALID_CONFIGURATION,
                    "Property [%s] is [%s]: expected a number".formatted(key, text), e);
        }
    }
}
