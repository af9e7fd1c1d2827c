package org.narwhaldb.store.object;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What the SDK's retries leave out: a body that ends early, and the end of a multi-part upload whose answer was lost. It
/// relies on immutable objects under names that are used once, as the segment store's and Iceberg's are.
final class SteadyS3Client extends DelegatingS3Client {
    private static final int NOT_FOUND = 404;

    private final S3Client client;

    SteadyS3Client(S3Client client) {
        super(client);
        this.client = client;
    }

    @Override
    public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        ResponseInputStream<GetObjectResponse> first = client.getObject(request, ResponseTransformer.toInputStream());
        ObjectStream stream = new ObjectStream(client, request, first);
        try {
            return transformer.transform(first.response(), AbortableInputStream.create(stream, stream::abort));
        } catch (RuntimeException e) {
            stream.abort();
            throw e;
        } catch (Exception e) {
            stream.abort();
            throw SdkClientException.create("Cannot take in s3://%s/%s: %s".formatted(
                    request.bucket(), request.key(), e.getMessage()), e);
        }
    }

    /// The upload that is not there any more has become the object, if that is there.
    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request) {
        try {
            return client.completeMultipartUpload(request);
        } catch (S3Exception e) {
            if (e.statusCode() != NOT_FOUND) {
                throw e;
            }
            HeadObjectResponse head;
            try {
                head = client.headObject(each -> each.bucket(request.bucket()).key(request.key()));
            } catch (S3Exception absent) {
                e.addSuppressed(absent);
                throw e;
            }
            return CompleteMultipartUploadResponse.builder()
                    .bucket(request.bucket()).key(request.key()).eTag(head.eTag()).build();
        }
    }
}
