"""Names that the provider gives, as a state tells them: a path is followed through a volume's id as through a reference."""

from dataclasses import replace

from policies.graph import Resource
from policies.results import Verdict
from tests.policies.flows.cases import resource
from tests.resources import arn, outcomes, ref

RULE = "no-path-out-of-jurisdiction"
VOLUME, SNAPSHOT = "aws:ebs/volume:Volume", "aws:ebs/snapshot:Snapshot"


def given(subject: Resource, **outputs: str) -> Resource:
    return replace(subject, outputs={**subject.inputs, **outputs})


def copied(volume: str, snapshot: str) -> set[Verdict]:
    """What is said of a disk whose snapshot is copied abroad, by how snapshot and copy name what they come from."""
    found = outcomes(
        RULE,
        given(resource(VOLUME, "disk"), id="vol-0a1b", arn=arn("ec2", "volume/vol-0a1b")),
        given(resource(SNAPSHOT, "weekly", volumeId=volume), id="snap-0c2d"),
        resource("aws:ebs/snapshotCopy:SnapshotCopy", "far", sourceSnapshotId=snapshot, region_="us-east-1"),
    )
    return {o.verdict for o in found}


def test_a_path_through_ids_is_the_path_through_references():
    assert copied(ref(VOLUME, "disk", "id"), ref(SNAPSHOT, "weekly", "id")) == {Verdict.FAIL}
    assert copied("vol-0a1b", "snap-0c2d") == {Verdict.FAIL}
    assert copied("vol-0a1b", "snap-ffff") == {Verdict.PASS}


def test_a_bucket_that_was_named_by_the_provider_is_found_by_its_arn():
    bucket = "aws:s3/bucket:Bucket"

    def verdicts(target: str) -> set[Verdict]:
        found = outcomes(
            RULE,
            given(resource(bucket, "records", bucket=None), id="records-2026", arn="arn:aws-cn:s3:::records-2026"),
            given(resource(bucket, "far", bucket=None, region_="us-east-1"), id="far-1", arn="arn:aws-cn:s3:::far-1"),
            resource(
                "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
                "copies",
                bucket="records-2026",
                rules=[{"status": "Enabled", "destination": {"bucket": target}}],
            ),
        )
        return {o.verdict for o in found}

    assert verdicts("arn:aws-cn:s3:::far-1") == {Verdict.FAIL}
    assert verdicts("arn:aws-cn:s3:::elsewhere") == {Verdict.PASS}, "all of aws-cn is inside"
