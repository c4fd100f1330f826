"""The bucket of the artifacts, in an S3 that is not AWS's."""

import boto3
import pytest
from moto import mock_aws

from infra.deployment import artifacts


@pytest.fixture
def s3(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("s3", region_name="eu-west-1")


def test_the_bucket_is_closed_encrypted_and_forgets_old_artifacts(s3):
    artifacts.ensure_bucket(s3, "artifacts", "eu-west-1")

    closed = s3.get_public_access_block(Bucket="artifacts")["PublicAccessBlockConfiguration"]
    assert closed == dict.fromkeys(artifacts.CLOSED, True)
    [rule] = s3.get_bucket_lifecycle_configuration(Bucket="artifacts")["Rules"]
    assert rule["Expiration"] == {"Days": artifacts.KEPT}
    [encryption] = s3.get_bucket_encryption(Bucket="artifacts")["ServerSideEncryptionConfiguration"]["Rules"]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_a_bucket_that_is_there_gets_the_rules_and_keeps_its_objects(s3):
    s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    artifacts.put_once(s3, "artifacts", "k", b"1")

    artifacts.ensure_bucket(s3, "artifacts", "eu-west-1")
    artifacts.put_once(s3, "artifacts", "k", b"2")

    assert s3.get_bucket_lifecycle_configuration(Bucket="artifacts")["Rules"]
    assert s3.get_object(Bucket="artifacts", Key="k")["Body"].read() == b"1"
