"""Keeps artifacts and templates in a bucket beside the stack: private, encrypted, and not for ever."""

from typing import Any

from botocore.exceptions import ClientError

CLOSED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
# Days. Lambda keeps its own copy of each version's code. CloudFormation reads the bucket for an update and for its rollback.
KEPT = 365
ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
LIFECYCLE = {
    "Rules": [
        {
            "ID": "old-artifacts",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": KEPT},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
    ]
}


def ensure_bucket(s3: Any, bucket: str, region: str) -> None:
    """Makes the bucket if it is missing. Each call sets its rules, so a bucket of an earlier version gets them too."""
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(CLOSED, True))
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=ENCRYPTION)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=LIFECYCLE)


def put_once(s3: Any, bucket: str, key: str, content: bytes) -> None:
    """Uploads the object unless it is there. The key is a digest of the content."""
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        s3.put_object(Bucket=bucket, Key=key, Body=content)
