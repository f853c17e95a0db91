"""A bucket and its settings: S3.

Every call names the account that must own the bucket: a bucket of that name in somebody else's account is refused, not
used.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from jurisdictions import OWNER_TAG, partition_of_region
from operations.bootstrap.documents import same
from operations.bootstrap.kind import (
    At,
    Difference,
    Found,
    Kind,
    NotBootstrapped,
    Wanted,
    absent,
    as_pairs,
    from_pairs,
    missing_tags,
    owner_of,
    tags_of,
)

_OLD_NAMES = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}
"""What S3 answers for regions that are older than their names."""


class Bucket(Kind):
    """A bucket. What the engine alone knows of it (`forceDestroy`) is not set anywhere."""

    inputs: ClassVar = frozenset({"bucket", "objectLockEnabled", "forceDestroy", "tags", "region"})

    def label(self, wanted: Wanted) -> str:
        return f"bucket {wanted['bucket']}"

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        s3, owned = at.client("s3"), _owned(at, wanted)
        try:
            region = s3.get_bucket_location(**owned).get("LocationConstraint")
        except ClientError as error:
            if absent(error, "NoSuchBucket", "404"):
                return None
            if absent(error, "AccessDenied", "403"):
                raise NotBootstrapped(
                    f"{self.label(wanted)} is there, and is another account's or closed to these credentials"
                ) from error
            raise
        region = _OLD_NAMES.get(region, region)
        if partition_of_region(str(region)) is None:
            raise KeyError("LocationConstraint")
        if region != at.region:
            raise NotBootstrapped(f"{self.label(wanted)} is there, in {region} instead of {at.region}")
        tags = _tags(s3, owned)
        owner = owner_of(tags) or _left_by_us(s3, owned, tags, wanted)
        if owner is None:
            raise NotBootstrapped(
                f"{self.label(wanted)} is there, was not made by bootstrap (no tag {OWNER_TAG}), and is in use; "
                "it is left alone. Give it the tag if it is this hospital's"
            )
        differences = []
        if missing_tags(tags, wanted):
            merged = as_pairs({**tags, **tags_of(wanted)})
            differences.append(
                Difference("its tags", lambda: s3.put_bucket_tagging(**owned, Tagging={"TagSet": merged}))
            )
        arn = at.partition.arn("s3", "", "", wanted["bucket"])
        return Found(
            {"arn": arn, "id": wanted["bucket"], "bucket": wanted["bucket"]},
            tuple(differences),
            owner,
        )

    def create(self, at: At, wanted: Wanted) -> str | None:
        where = {} if at.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": at.region}}
        at.client("s3").create_bucket(
            Bucket=wanted["bucket"],
            ObjectLockEnabledForBucket=bool(wanted.get("objectLockEnabled")),
            ObjectOwnership="BucketOwnerEnforced",
            **where,
        )
        return None


def _owned(at: At, wanted: Wanted) -> dict[str, str]:
    return {"Bucket": wanted["bucket"], "ExpectedBucketOwner": at.account_id}


def _tags(s3: Any, owned: Mapping[str, str]) -> dict[str, str]:
    try:
        return from_pairs(s3.get_bucket_tagging(**owned)["TagSet"])
    except ClientError as error:
        if absent(error, "NoSuchTagSet"):
            return {}
        raise


def _left_by_us(s3: Any, owned: Mapping[str, str], tags: Mapping[str, str], wanted: Wanted) -> str | None:
    """A bucket cannot be tagged in the call that makes it: one without tags and without a single object is what an
    interrupted run has left."""
    if tags:
        return None
    held = s3.list_object_versions(**owned, MaxKeys=1)
    empty = not held.get("Versions") and not held.get("DeleteMarkers")
    return owner_of(tags_of(wanted)) if empty else None


class Setting(Kind):
    """One setting of a bucket: a document that is got and put."""

    absent: ClassVar[tuple[str, ...]] = ()
    """The codes by which S3 says that there is none."""
    what: ClassVar[str]

    def label(self, wanted: Wanted) -> str:
        return f"{self.what} of bucket {wanted['bucket']}"

    def look(self, at: At, wanted: Wanted, created: str | None = None) -> Found | None:
        try:
            found = self.get(at.client("s3"), _owned(at, wanted))
        except ClientError as error:
            if absent(error, *self.absent):
                return None
            raise
        if not found:
            return None
        good = self.good(found, self.wanted(wanted))
        differences = () if good else (Difference("what it says", lambda: self.create(at, wanted)),)
        return Found({"id": wanted["bucket"], "bucket": wanted["bucket"]}, differences)

    def create(self, at: At, wanted: Wanted) -> str | None:
        self.put(at.client("s3"), _owned(at, wanted), self.wanted(wanted))
        return None

    @abstractmethod
    def wanted(self, inputs: Wanted) -> Any:
        """The document, as S3 names things."""

    @abstractmethod
    def get(self, s3: Any, owned: Mapping[str, str]) -> Any:
        """The document that is there."""

    @abstractmethod
    def put(self, s3: Any, owned: Mapping[str, str], document: Any) -> None:
        """Sets the document."""

    def good(self, found: Any, wanted: Any) -> bool:
        """Whether what is there says what is wanted. What S3 adds of itself does not matter."""
        return _covers(found, wanted)


def _covers(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(_covers(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(_covers(a, b) for a, b in zip(found, wanted, strict=True))
        )
    return bool(found == wanted)


_NAMES = {"id": "ID", "kmsMasterKeyId": "KMSMasterKeyID", "sseAlgorithm": "SSEAlgorithm"}


def as_s3(value: Any) -> Any:
    """Inputs as S3's own interface names them: `noncurrentDays` -> `NoncurrentDays`."""
    if isinstance(value, Mapping):
        return {_NAMES.get(key, key[:1].upper() + key[1:]): as_s3(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_s3(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class PublicAccessBlock(Setting):
    """Nothing of the bucket is public."""

    inputs: ClassVar = frozenset(
        {"bucket", "region", "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}
    )
    absent: ClassVar = ("NoSuchPublicAccessBlockConfiguration",)
    what: ClassVar = "public-access block"

    def wanted(self, inputs: Wanted) -> Any:
        return as_s3({key: value for key, value in inputs.items() if key not in ("bucket", "region")})

    def get(self, s3: Any, owned: Mapping[str, str]) -> Any:
        return s3.get_public_access_block(**owned)["PublicAccessBlockConfiguration"]

    def put(self, s3: Any, owned: Mapping[str, str], document: Any) -> None:
        s3.put_public_access_block(**owned, PublicAccessBlockConfiguration=document)


class Encryption(Setting):
    """The key that encrypts what names none."""

    inputs: ClassVar = frozenset({"bucket", "region", "rules"})
    absent: ClassVar = ("ServerSideEncryptionConfigurationNotFoundError",)
    what: ClassVar = "encryption"

    def wanted(self, inputs: Wanted) -> Any:
        return {"Rules": as_s3(inputs["rules"])}

    def get(self, s3: Any, owned: Mapping[str, str]) -> Any:
        return s3.get_bucket_encryption(**owned)["ServerSideEncryptionConfiguration"]

    def put(self, s3: Any, owned: Mapping[str, str], document: Any) -> None:
        s3.put_bucket_encryption(**owned, ServerSideEncryptionConfiguration=document)


class Versioning(Setting):
    """Every version is kept."""

    inputs: ClassVar = frozenset({"bucket", "region", "versioningConfiguration"})
    what: ClassVar = "versioning"

    def wanted(self, inputs: Wanted) -> Any:
        return as_s3(inputs["versioningConfiguration"])

    def get(self, s3: Any, owned: Mapping[str, str]) -> Any:
        return {key: value for key, value in s3.get_bucket_versioning(**owned).items() if key == "Status"}

    def put(self, s3: Any, owned: Mapping[str, str], document: Any) -> None:
        s3.put_bucket_versioning(**owned, VersioningConfiguration=document)


class Ownership(Setting):
    """Objects belong to the bucket's owner."""

    inputs: ClassVar = frozenset({"bucket", "region", "rule"})
    absent: ClassVar = ("OwnershipControlsNotFoundError",)
    what: ClassVar = "ownership"

    def wanted(self, inputs: Wanted) -> Any:
        return {"Rules": [as_s3(inputs["rule"])]}

    def get(self, s3: Any, owned: Mapping[str, str]) -> Any:
        return s3.get_bucket_ownership_controls(**owned)["OwnershipControls"]

    def put(self, s3: Any, owned: Mapping[str, str], document: Any) -> None:
        s3.put_bucket_ownership_controls(**owned, OwnershipControls=document)


class BucketPolicy(Setting):
    """Who may do what with the bucket."""

    inputs: ClassVar = frozenset({"bucket", "region", "policy"})
    absent: ClassVar = ("NoSuchBucketPolicy",)
    what: ClassVar = "policy"

    def wanted(self, inputs: Wanted) -> Any:
        return inputs["policy"]

    def get(self, s3: Any, owned: Mapping[str, str]) -> Any:
        return s3.get_bucket_policy(**owned)["Policy"]

    def put(self, s3: Any, owned: Mapping[str, str], document: Any) -> None:
        s3.put_bucket_policy(**owned, Policy=document)

    def good(self, found: Any, wanted: Any) -> bool:
        return same(found, wanted)


class ObjectLock(Setting):
    """For how long a version cannot be deleted."""

    inputs: ClassVar = frozenset({"bucket", "region", "objectLockEnabled", "rule"})
    absent: ClassVar = ("ObjectLockConfigurationNotFoundError",)
    what: ClassVar = "lock"

    def wanted(self, inputs: Wanted) -> Any:
        return {"ObjectLockEnabled": inputs["objectLockEnabled"], "Rule": as_s3(inputs["rule"])}

    def get(self, s3: Any, owned: Mapping[str, str]) -> Any:
        found = s3.get_object_lock_configuration(**owned)["ObjectLockConfiguration"]
        return found if found.get("Rule") else None

    def put(self, s3: Any, owned: Mapping[str, str], document: Any) -> None:
        s3.put_object_lock_configuration(**owned, ObjectLockConfiguration=document)


class Expiry(Setting):
    """When what is old goes."""

    inputs: ClassVar = frozenset({"bucket", "region", "rules"})
    absent: ClassVar = ("NoSuchLifecycleConfiguration",)
    what: ClassVar = "expiry of old versions"

    def wanted(self, inputs: Wanted) -> Any:
        return {"Rules": as_s3(inputs["rules"])}

    def get(self, s3: Any, owned: Mapping[str, str]) -> Any:
        found = s3.get_bucket_lifecycle_configuration(**owned)
        return {"Rules": found["Rules"]} if found.get("Rules") else None

    def put(self, s3: Any, owned: Mapping[str, str], document: Any) -> None:
        s3.put_bucket_lifecycle_configuration(**owned, LifecycleConfiguration=document)
