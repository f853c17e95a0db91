"""The steps of a restore drill. The state machine beside this file calls them in order:

choose  of each type of store, one that has a recovery point; each has its turn, month by month
start   restores its latest recovery point under a name of its own
check   whether that has ended
clean   takes away what was restored
judge   fails the execution unless everything chosen was restored; its words reach the alarm topic

What is restored is whole: the drill proves that the latest recovery point of a whole store is good, and how long it
takes. Standard library and boto3 only.
"""

import datetime
import hashlib
import json
import os
from typing import Any

import boto3

FRESH_HOURS = 48
"""A daily recovery point is younger, even when its job took a day."""

ENDED = ("ABORTED", "COMPLETED", "FAILED")


class DrillFailed(Exception):
    """Something was not restored; the message says what, as JSON."""


class StillBusy(Exception):
    """What was restored cannot be taken away yet; the state machine tries again."""


def handle(event: dict[str, Any], context: object) -> Any:
    """The entry point."""
    now = datetime.datetime.now(datetime.UTC)
    return Drill(boto3.client, os.environ, now).step(event)


class Drill:
    """The steps, with everything outside them passed in."""

    def __init__(self, client: Any, settings: Any, now: datetime.datetime):
        self._client, self._settings, self._now = client, settings, now
        self._backup = client("backup")

    def step(self, event: dict[str, Any]) -> Any:
        """Does the step that the event names."""
        if event["step"] == "choose":
            return self.choose()
        if event["step"] == "judge":
            return self.judge(event["drills"])
        return {"start": self.start, "check": self.check, "clean": self.clean}[event["step"]](event["drill"])

    def choose(self) -> dict[str, list[dict[str, Any]]]:
        """One store of each type, and its latest recovery point."""
        drills = []
        for kind in self._settings["TYPES"].split(","):
            latest = self._latest(kind)
            if latest:
                stores = sorted(latest)
                turn = (self._now.year * 12 + self._now.month) % len(stores)
                drills.append({"type": kind, "store": stores[turn], **latest[stores[turn]]})
        return {"drills": drills}

    def start(self, drill: dict[str, Any]) -> dict[str, Any]:
        """Starts the restore. The name follows from the recovery point, so that a repeated call starts nothing new."""
        token = hashlib.sha256(drill["recoveryPoint"].encode()).hexdigest()[:12]
        name = f"{self._settings['NAME_PREFIX']}-{token}"
        job = self._backup.start_restore_job(
            RecoveryPointArn=drill["recoveryPoint"],
            ResourceType=drill["type"],
            IamRoleArn=self._settings["RESTORE_ROLE_ARN"],
            IdempotencyToken=f"{token}-{self._now:%Y%m%d}",
            Metadata=self._metadata(drill, name),
            CopySourceTagsToRestoredResource=False,
        )
        return {**drill, "name": name, "job": job["RestoreJobId"], "status": "PENDING", "ended": False}

    def check(self, drill: dict[str, Any]) -> dict[str, Any]:
        """The state of the restore, and the minutes it took."""
        job = self._backup.describe_restore_job(RestoreJobId=drill["job"])
        found = {**drill, "status": job["Status"], "ended": job["Status"] in ENDED}
        if job.get("CompletionDate"):
            found["minutes"] = round((job["CompletionDate"] - job["CreationDate"]).total_seconds() / 60, 1)
        if job.get("StatusMessage"):
            found["message"] = job["StatusMessage"]
        return found

    def clean(self, drill: dict[str, Any]) -> dict[str, Any]:
        """Takes away what was restored. A bucket is emptied by its own expiry within two days and taken away by the
        next drill: objects by the million cannot be deleted in a call."""
        {
            "Aurora": self._clean_cluster,
            "DynamoDB": self._clean_table,
            "RDS": self._clean_instance,
            "S3": self._clean_bucket,
        }[drill["type"]](drill["name"])
        return {**drill, "cleaned": True}

    def judge(self, drills: list[dict[str, Any]]) -> dict[str, Any]:
        """The verdict. A vault without a fresh recovery point of any type has failed too."""
        rows = [
            {key: drill.get(key) for key in ("type", "store", "recoveryPoint", "status", "minutes", "message")}
            for drill in drills
        ]
        uncleaned = [drill["name"] for drill in drills if drill.get("name") and not drill.get("cleaned")]
        verdict = {"vault": self._settings["VAULT"], "restored": rows, "left_behind": uncleaned}
        if not rows:
            verdict["message"] = f"no recovery point in the vault is younger than {FRESH_HOURS} hours"
        if not rows or uncleaned or any(row["status"] != "COMPLETED" for row in rows):
            raise DrillFailed(json.dumps(verdict, ensure_ascii=False))
        return verdict

    def _latest(self, kind: str) -> dict[str, dict[str, Any]]:
        """Store -> its latest complete recovery point in the vault, if fresh."""
        latest: dict[str, dict[str, Any]] = {}
        pages = self._backup.get_paginator("list_recovery_points_by_backup_vault").paginate(
            BackupVaultName=self._settings["VAULT"],
            ByResourceType=kind,
            ByCreatedAfter=self._now - datetime.timedelta(hours=FRESH_HOURS),
        )
        for page in pages:
            for point in page["RecoveryPoints"]:
                store, made = point["ResourceArn"], point["CreationDate"].isoformat()
                if point["Status"] == "COMPLETED" and made > latest.get(store, {}).get("made", ""):
                    latest[store] = {"recoveryPoint": point["RecoveryPointArn"], "made": made}
        return latest

    def _metadata(self, drill: dict[str, Any], name: str) -> dict[str, str]:
        """What AWS Backup needs to restore a type (AWS Backup guide, "Restore a backup"). The key of a database is left
        to the snapshot: a copy from the other region carries this region's."""
        settings, kind = self._settings, drill["type"]
        if kind == "DynamoDB":
            return {"targetTableName": name, "encryptionType": "KMS", "kmsMasterKeyArn": settings["KEY_ARN"]}
        if kind == "S3":
            self._sweep_buckets()
            return {
                "DestinationBucketName": name,
                "NewBucket": "true",
                "Encrypted": "true",
                "EncryptionType": "SSE-KMS",
                "KMSKey": settings["KEY_ARN"],
                "CreationToken": name,
            }
        known = self._backup.get_recovery_point_restore_metadata(
            BackupVaultName=settings["VAULT"], RecoveryPointArn=drill["recoveryPoint"]
        )["RestoreMetadata"]
        dropped = ("AvailabilityZone", "AvailabilityZones", "DBName", "DBSnapshotIdentifier", "KmsKeyId")
        metadata = {k: v for k, v in known.items() if k not in dropped and not k.startswith(("Informational", "aws:"))}
        place = {
            "DBSubnetGroupName": settings["SUBNET_GROUP"],
            "VpcSecurityGroupIds": json.dumps([settings["SECURITY_GROUP_ID"]]),
        }
        if kind == "Aurora":
            return {**metadata, **place, "DBClusterIdentifier": name}
        closed = {"DBInstanceIdentifier": name, "MultiAZ": "false", "PubliclyAccessible": "false"}
        return {**metadata, **place, **closed}

    def _clean_table(self, name: str) -> None:
        client = self._client("dynamodb")
        try:
            client.delete_table(TableName=name)
        except client.exceptions.ResourceNotFoundException:
            return
        except client.exceptions.ResourceInUseException as error:
            raise StillBusy(name) from error

    def _clean_cluster(self, name: str) -> None:
        client = self._client("rds")
        try:
            client.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
        except client.exceptions.DBClusterNotFoundFault:
            return
        except client.exceptions.InvalidDBClusterStateFault as error:
            raise StillBusy(name) from error

    def _clean_instance(self, name: str) -> None:
        client = self._client("rds")
        try:
            client.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True, DeleteAutomatedBackups=True)
        except client.exceptions.DBInstanceNotFoundFault:
            return
        except client.exceptions.InvalidDBInstanceStateFault as error:
            raise StillBusy(name) from error

    def _clean_bucket(self, name: str) -> None:
        client = self._client("s3")
        rule = {
            "ID": "empty",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": 1},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
        try:
            client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
        except client.exceptions.NoSuchBucket:
            return

    def _sweep_buckets(self) -> None:
        """Takes away what earlier drills left, as far as it is empty by now."""
        client = self._client("s3")
        for bucket in client.list_buckets()["Buckets"]:
            if bucket["Name"].startswith(f"{self._settings['NAME_PREFIX']}-"):
                try:
                    client.delete_bucket(Bucket=bucket["Name"])
                except client.exceptions.ClientError as error:
                    if error.response["Error"]["Code"] not in ("BucketNotEmpty", "NoSuchBucket"):
                        raise
