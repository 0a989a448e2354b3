"""Owns S3's errors with the codes and statuses that S3 sends; must not know when they happen."""

from __future__ import annotations

from console.demo.wire.messages import ServiceError


def no_bucket(name: str) -> ServiceError:
    """Return the error for a bucket that is not there."""
    return ServiceError("NoSuchBucket", "The specified bucket does not exist", 404, details={"BucketName": name})


def elsewhere(name: str, region: str) -> ServiceError:
    """Return the redirection to the bucket's own region."""
    text = (
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint."
    )
    details = {"Endpoint": f"s3.{region}.amazonaws.com", "Bucket": name}
    return ServiceError("PermanentRedirect", text, 301, details=details, headers={"x-amz-bucket-region": region})


def signed_for_elsewhere(region: str) -> ServiceError:
    """Return the error for a pre-signed address that was signed for another region than the bucket's."""
    text = f"Error parsing the X-Amz-Credential parameter; the region is wrong; expecting '{region}'"
    return ServiceError("AuthorizationQueryParametersError", text, details={"Region": region})


def no_key(key: str) -> ServiceError:
    """Return the error for a key that is not there."""
    return ServiceError("NoSuchKey", "The specified key does not exist.", 404, details={"Key": key})


def deleted(key: str, version: str) -> ServiceError:
    """Return the error for a key whose latest version is a delete marker."""
    headers = {"x-amz-delete-marker": "true", "x-amz-version-id": version}
    return ServiceError("NoSuchKey", "The specified key does not exist.", 404, details={"Key": key}, headers=headers)


def is_marker(version: str) -> ServiceError:
    """Return the error for reading a delete marker by its version id."""
    text = "The specified method is not allowed against this resource."
    headers = {"x-amz-delete-marker": "true", "x-amz-version-id": version, "Allow": "DELETE"}
    details = {"Method": "GET", "ResourceType": "DeleteMarker"}
    return ServiceError("MethodNotAllowed", text, 405, details=details, headers=headers)


def no_version(key: str, version: str) -> ServiceError:
    """Return the error for a version that is not there."""
    details = {"Key": key, "VersionId": version}
    return ServiceError("NoSuchVersion", "The specified version does not exist.", 404, details=details)


def bad_version(version: str) -> ServiceError:
    """Return the error for a text that is no version id."""
    return bad_argument("versionId", version, "Invalid version id specified")


def bad_argument(name: str, value: object, text: str) -> ServiceError:
    """Return the error for a parameter's value."""
    return ServiceError("InvalidArgument", text, details={"ArgumentName": name, "ArgumentValue": value})


def bad_range(wanted: str, size: int) -> ServiceError:
    """Return the error for a range that begins behind the object's end."""
    text = "The requested range is not satisfiable"
    details = {"RangeRequested": wanted, "ActualObjectSize": size}
    return ServiceError("InvalidRange", text, 416, details=details, headers={"Content-Range": f"bytes */{size}"})


def archived(storage_class: str) -> ServiceError:
    """Return the error for reading what must be restored first."""
    text = "The operation is not valid for the object's storage class"
    return ServiceError("InvalidObjectState", text, 403, details={"StorageClass": storage_class})


def precondition(condition: str) -> ServiceError:
    """Return the error for a condition that does not hold."""
    text = "At least one of the pre-conditions you specified did not hold"
    return ServiceError("PreconditionFailed", text, 412, details={"Condition": condition})


def not_modified(etag: str) -> ServiceError:
    """Return the answer to a condition that says the reader has it already."""
    return ServiceError("NotModified", "Not Modified", 304, headers={"ETag": etag})


def bad_digest() -> ServiceError:
    """Return the error for a body that is not the one its digest was made of."""
    return ServiceError("BadDigest", "The Content-MD5 you specified did not match what we received.")


def exists() -> ServiceError:
    """Return the error for a bucket that is this account's already."""
    text = "Your previous request to create the named bucket succeeded and you already own it."
    return ServiceError("BucketAlreadyOwnedByYou", text, 409)


def bad_bucket_name(name: str) -> ServiceError:
    """Return the error for a name that no bucket can have."""
    return ServiceError("InvalidBucketName", "The specified bucket is not valid.", details={"BucketName": name})


def key_too_long(size: int) -> ServiceError:
    """Return the error for a key of more than 1,024 bytes."""
    details = {"Size": size, "MaxSizeAllowed": 1024}
    return ServiceError("KeyTooLongError", "Your key is too long", details=details)


def no_tags(name: str) -> ServiceError:
    """Return the error for a bucket without tags."""
    return ServiceError("NoSuchTagSet", "The TagSet does not exist", 404, details={"BucketName": name})


def no_policy(name: str) -> ServiceError:
    """Return the error for a bucket without a policy."""
    return ServiceError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, details={"BucketName": name})


def no_encryption(name: str) -> ServiceError:
    """Return the error for a bucket without default encryption; one made before 2023 may be so."""
    text = "The server side encryption configuration was not found"
    code = "ServerSideEncryptionConfigurationNotFoundError"
    return ServiceError(code, text, 404, details={"BucketName": name})


def no_block(name: str) -> ServiceError:
    """Return the error for a bucket without a public access block."""
    text = "The public access block configuration was not found"
    return ServiceError("NoSuchPublicAccessBlockConfiguration", text, 404, details={"BucketName": name})
