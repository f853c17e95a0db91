"""Keys, queues, secrets, disks, files, images, logs: as they should be, and one field away from it."""

import json
from typing import Any

from policies.graph import SECRET
from policies.results import Verdict
from tests.operations.verify.world import (
    OPEN,
    PARTNER,
    TLS_ONLY,
    World,
    all_pass,
    arn,
    fails,
    finding,
    red,
    resource,
    with_input,
)

KMS_ID = "keyId"


def test_a_key_in_use(world: World) -> None:
    all_pass(world.ask(world.key()), "key-enabled", "key-rotates")


def test_a_key_that_is_disabled_waits_for_deletion_or_is_gone(world: World) -> None:
    key, kms = world.key(), world.client("kms")
    kms.disable_key(KeyId=key.outputs[KMS_ID])
    fails(world.ask(key), "key-enabled", "DescribeKey KeyState", "Disabled", "Enabled")
    all_pass(world.ask(with_input(key, "isEnabled", False)), "key-enabled")
    kms.schedule_key_deletion(KeyId=key.outputs[KMS_ID])
    fails(world.ask(key), "key-enabled", "DescribeKey KeyState", "PendingDeletion", "Enabled")
    gone = resource(key.type, "gone", {"enableKeyRotation": True}, {"arn": arn(key)[:-4] + "0000"})
    assert red(world.ask(gone)) == [("key-enabled", ""), ("key-rotates", "")]


def test_a_key_that_does_not_rotate_or_reaches_too_far(world: World) -> None:
    key = world.key(multiRegion=True)
    all_pass(world.ask(key), "key-enabled", "key-rotates")
    world.client("kms").disable_key_rotation(KeyId=key.outputs[KMS_ID])
    fails(world.ask(key), "key-rotates", "GetKeyRotationStatus KeyRotationEnabled", "false", "true")
    one_region = with_input(with_input(key, "multiRegion", False), "enableKeyRotation", False)
    fails(world.ask(one_region), "key-enabled", "DescribeKey MultiRegion", "true", "false")


def test_a_replica_of_a_key(world: World) -> None:
    key = world.key(multiRegion=True)
    made = world.client("kms").replicate_key(KeyId=key.outputs[KMS_ID], ReplicaRegion=PARTNER)["ReplicaKeyMetadata"]
    inputs = {"primaryKeyArn": arn(key)}
    replica = resource("aws:kms/replicaKey:ReplicaKey", "r", inputs, {"arn": made["Arn"]}, region=PARTNER)
    all_pass(world.ask(replica), "key-enabled")
    elsewhere = with_input(replica, "primaryKeyArn", arn(world.key("other")))
    fails(world.ask(elsewhere), "key-enabled", "DescribeKey PrimaryKey", arn(key))


def test_an_alias_that_was_moved(world: World) -> None:
    key, other = world.key(), world.key("other")
    kms = world.client("kms")
    kms.create_alias(AliasName="alias/scans", TargetKeyId=key.outputs[KMS_ID])
    alias = resource("aws:kms/alias:Alias", "a", {"name": "alias/scans", "targetKeyId": key.outputs[KMS_ID]})
    all_pass(world.ask(alias), "alias-points-to-its-key")
    kms.update_alias(AliasName="alias/scans", TargetKeyId=other.outputs[KMS_ID])
    fails(world.ask(alias), "alias-points-to-its-key", "DescribeKey Arn", arn(other), arn(key))


# --- queues ----------------------------------------------------------------------------------------------------------


def test_a_queue(world: World) -> None:
    key, other, sqs = world.key(), world.key("other"), world.client("sqs")
    dead = sqs.create_queue(QueueName="given-up")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 5})
    attributes = {"KmsMasterKeyId": arn(key), "Policy": json.dumps(TLS_ONLY), "RedrivePolicy": redrive}
    url = sqs.create_queue(QueueName="orders", Attributes=attributes)["QueueUrl"]
    inputs = {"name": "orders", "kmsMasterKeyId": arn(key), "policy": json.dumps(TLS_ONLY), "redrivePolicy": redrive}
    queue = resource("aws:sqs/queue:Queue", "q", inputs, {"id": "https://from.elsewhere/orders"})
    all_pass(world.ask(queue), "queue-encrypted", "queue-denies-plain-http", "queue-keeps-undelivered")

    def change(**changes: str) -> None:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={**attributes, **changes})

    change(KmsMasterKeyId=arn(other))
    fails(world.ask(queue), "queue-encrypted", "GetQueueAttributes KmsMasterKeyId", arn(other), arn(key))
    change(Policy=json.dumps(OPEN))
    fails(world.ask(queue), "queue-denies-plain-http", "GetQueueAttributes Policy", "a policy that does not")
    change(RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 500}))
    fails(world.ask(queue), "queue-keeps-undelivered", "GetQueueAttributes RedrivePolicy maxReceiveCount", "500", "5")


def test_a_queue_that_is_gone_and_one_that_asks_for_nothing(world: World) -> None:
    queue = resource("aws:sqs/queue:Queue", "q", {"name": "orders"})
    assert red(world.ask(queue)) == [("queue-encrypted", "")]
    world.client("sqs").create_queue(QueueName="orders")
    report = world.ask(queue)
    assert report.exit_code == 0 and {f.verdict for f in report.findings} == {Verdict.NOT_APPLICABLE}


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_a_secret_and_its_replica(world: World) -> None:
    key, partner, other = world.key(), world.key("partner", PARTNER), world.key("other", PARTNER)
    manager = world.client("secretsmanager")
    replicas = [{"Region": PARTNER, "KmsKeyId": arn(partner)}]
    made = manager.create_secret(Name="owner", SecretString="hush", KmsKeyId=arn(key), AddReplicaRegions=replicas)
    inputs = {"kmsKeyId": arn(key), "replicas": [{"region": PARTNER, "kmsKeyId": arn(partner)}]}
    secret = resource("aws:secretsmanager/secret:Secret", "owner", inputs, {"arn": made["ARN"]})

    def replicated(key_arn: str, status: str = "InSync") -> Any:
        row = {"Region": PARTNER, "Status": status, "KmsKeyId": key_arn}
        return lambda answer: answer.update(ReplicationStatus=[row])

    right = world.amending(DescribeSecret=replicated(arn(partner)))
    all_pass(world.ask(secret, live=right), "secret-encrypted", "secret-replicated")
    wrong_key = world.amending(DescribeSecret=replicated(arn(other)))
    asked = f"DescribeSecret ReplicationStatus {PARTNER}"
    fails(world.ask(secret, live=wrong_key), "secret-replicated", f"{asked} KmsKeyId", arn(other), arn(partner))
    broken = world.amending(DescribeSecret=replicated(arn(partner), "Failed"))
    fails(world.ask(secret, live=broken), "secret-replicated", f"{asked} Status", "Failed", "InSync")
    none = world.amending(DescribeSecret=lambda answer: answer.update(ReplicationStatus=[]))
    fails(world.ask(secret, live=none), "secret-replicated", asked, "no replica there")

    with_other_key = with_input(with_input(secret, "kmsKeyId", arn(world.key("third"))), "replicas", None)
    fails(world.ask(with_other_key), "secret-encrypted", "DescribeSecret KmsKeyId", arn(key))
    manager.remove_regions_from_replication(SecretId="owner", RemoveReplicaRegions=[PARTNER])
    manager.delete_secret(SecretId="owner")
    without = with_input(secret, "replicas", None)
    fails(world.ask(without), "secret-encrypted", "DescribeSecret DeletedDate", "20", "no deletion that waits")


def test_the_value_of_a_secret_is_never_asked_for(world: World) -> None:
    secret = resource("aws:secretsmanager/secretVersion:SecretVersion", "v", {"secretId": "x", "secretString": SECRET})
    report = world.ask(secret)
    assert report.findings == () and "nothing in the state" in report.problems[0] and report.exit_code == 2


# --- disks -----------------------------------------------------------------------------------------------------------


def test_disks_by_default(world: World) -> None:
    ec2 = world.client("ec2")
    by_default = resource("aws:ebs/encryptionByDefault:EncryptionByDefault", "e", {"enabled": True})
    fails(world.ask(by_default), "disks-encrypted-by-default", "GetEbsEncryptionByDefault", "false", "true")
    ec2.enable_ebs_encryption_by_default()
    all_pass(world.ask(by_default), "disks-encrypted-by-default")
    key, other = world.key(), world.key("other")
    default_key = resource("aws:ebs/defaultKmsKey:DefaultKmsKey", "k", {"keyArn": arn(key)})
    right = world.answering(GetEbsDefaultKmsKeyId=lambda *_: {"KmsKeyId": arn(key)})
    all_pass(world.ask(default_key, live=right), "disks-default-key")
    wrong = world.answering(GetEbsDefaultKmsKeyId=lambda *_: {"KmsKeyId": arn(other)})
    fails(world.ask(default_key, live=wrong), "disks-default-key", "GetEbsDefaultKmsKeyId", arn(other), arn(key))


def test_a_volume(world: World) -> None:
    key, other, ec2 = world.key(), world.key("other"), world.client("ec2")
    made = ec2.create_volume(AvailabilityZone="cn-north-1a", Size=1, Encrypted=True, KmsKeyId=arn(key))["VolumeId"]
    inputs = {"encrypted": True, "kmsKeyId": arn(key)}
    volume = resource("aws:ebs/volume:Volume", "v", inputs, {"id": made})
    all_pass(world.ask(volume), "volume-encrypted")
    fails(
        world.ask(with_input(volume, "kmsKeyId", arn(other))), "volume-encrypted", "DescribeVolumes KmsKeyId", arn(key)
    )
    plain = ec2.create_volume(AvailabilityZone="cn-north-1a", Size=1)["VolumeId"]
    bare = resource("aws:ebs/volume:Volume", "v", inputs, {"id": plain})
    asked = [("volume-encrypted", f"DescribeVolumes {part}") for part in ("Encrypted", "KmsKeyId")]
    assert red(world.ask(bare)) == asked
    gone = resource("aws:ebs/volume:Volume", "v", inputs, {"id": "vol-0123456789abcdef0"})
    fails(world.ask(gone), "volume-encrypted", "", "InvalidVolume.NotFound")


def test_a_launch_template(world: World) -> None:
    key, other, ec2 = world.key(), world.key("other"), world.client("ec2")

    def data(key_arn: str, encrypted: bool = True, tokens: str = "required") -> dict[str, Any]:
        disk = {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": encrypted, "KmsKeyId": key_arn}}
        return {"BlockDeviceMappings": [disk], "MetadataOptions": {"HttpTokens": tokens}}

    made = ec2.create_launch_template(LaunchTemplateName="nodes", LaunchTemplateData=data(arn(key)))
    identifier = made["LaunchTemplate"]["LaunchTemplateId"]
    disk = {"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "kmsKeyId": arn(key)}}
    inputs = {"blockDeviceMappings": [disk], "metadataOptions": {"httpTokens": "required"}}
    template = resource("aws:ec2/launchTemplate:LaunchTemplate", "t", inputs, {"id": identifier})
    checks = ("launch-template-disks-encrypted", "launch-template-metadata-tokens")
    all_pass(world.ask(template), *checks)

    def version(**changes: Any) -> None:
        made = ec2.create_launch_template_version(
            LaunchTemplateId=identifier, LaunchTemplateData=data(**{"key_arn": arn(key), **changes})
        )["LaunchTemplateVersion"]
        ec2.modify_launch_template(LaunchTemplateId=identifier, DefaultVersion=str(made["VersionNumber"]))

    asked = "DescribeLaunchTemplateVersions /dev/xvda"
    version(key_arn=arn(other))
    fails(world.ask(template), checks[0], f"{asked} KmsKeyId", arn(other), arn(key))
    version(encrypted=False)
    fails(world.ask(template), checks[0], f"{asked} Encrypted", "false", "true")
    version(tokens="optional")
    asked = "DescribeLaunchTemplateVersions MetadataOptions HttpTokens"
    fails(world.ask(template), checks[1], asked, "optional", "required")
    another_disk = with_input(template, "blockDeviceMappings", [{**disk, "deviceName": "/dev/xvdb"}])
    version()
    fails(world.ask(another_disk), checks[0], "DescribeLaunchTemplateVersions /dev/xvdb", "no such disk")


# --- files, images, logs ---------------------------------------------------------------------------------------------


def test_a_file_system(world: World) -> None:
    key, other = world.key(), world.key("other")
    made = world.client("efs").create_file_system(CreationToken="x", Encrypted=True, KmsKeyId=arn(key))["FileSystemId"]
    system = resource("aws:efs/fileSystem:FileSystem", "f", {"encrypted": True, "kmsKeyId": arn(key)}, {"id": made})
    all_pass(world.ask(system), "file-system-encrypted")
    asked = "DescribeFileSystems KmsKeyId"
    fails(world.ask(with_input(system, "kmsKeyId", arn(other))), "file-system-encrypted", asked, arn(key), arn(other))
    replication = resource(
        "aws:efs/replicationConfiguration:ReplicationConfiguration",
        "r",
        {"sourceFileSystemId": made, "destination": {"region": PARTNER}},
    )

    def state(status: str, region: str = PARTNER) -> Any:
        destination = {"Status": status, "FileSystemId": "fs-1", "Region": region}
        row = {
            "SourceFileSystemId": made,
            "SourceFileSystemRegion": "cn-north-1",
            "SourceFileSystemArn": "a",
            "OriginalSourceFileSystemArn": "a",
            "CreationTime": 0,
            "Destinations": [destination],
        }
        return world.answering(DescribeReplicationConfigurations=lambda *_: {"Replications": [row]})

    all_pass(world.ask(replication, live=state("ENABLED")), "file-system-replicated")
    asked = f"DescribeReplicationConfigurations {PARTNER}"
    fails(world.ask(replication, live=state("ERROR")), "file-system-replicated", asked, "ERROR", "ENABLED")
    fails(world.ask(replication, live=state("ENABLED", "eu-west-1")), "file-system-replicated", asked, "nothing")
    gone = world.answering(DescribeReplicationConfigurations=lambda *_: {"code": "ReplicationNotFound"})
    fails(world.ask(replication, live=gone), "file-system-replicated", "", "ReplicationNotFound")


def test_a_registry_of_images(world: World) -> None:
    key, other, ecr = world.key(), world.key("other"), world.client("ecr")
    encryption = {"encryptionType": "KMS", "kmsKey": arn(key)}
    ecr.create_repository(repositoryName="viewer", encryptionConfiguration=encryption)
    repository = resource(
        "aws:ecr/repository:Repository", "r", {"name": "viewer", "encryptionConfigurations": [encryption]}
    )
    all_pass(world.ask(repository), "repository-encrypted")
    changed = with_input(repository, "encryptionConfigurations", [{**encryption, "kmsKey": arn(other)}])
    fails(world.ask(changed), "repository-encrypted", "DescribeRepositories kmsKey", arn(key), arn(other))
    ecr.create_repository(repositoryName="plain")
    plain = with_input(repository, "name", "plain")
    assert ("repository-encrypted", "DescribeRepositories encryptionType") in red(world.ask(plain))
    gone = with_input(repository, "name", "gone")
    fails(world.ask(gone), "repository-encrypted", "", "RepositoryNotFoundException")

    destination = {"region": PARTNER, "registryId": "123456789012"}
    replication = resource(
        "aws:ecr/replicationConfiguration:ReplicationConfiguration",
        "r",
        {"replicationConfiguration": {"rules": [{"destinations": [destination]}]}},
    )
    fails(world.ask(replication), "images-replicated", f"DescribeRegistry {PARTNER}", "none", PARTNER)
    ecr.put_replication_configuration(replicationConfiguration={"rules": [{"destinations": [destination]}]})
    all_pass(world.ask(replication), "images-replicated")


def test_a_log_group(world: World) -> None:
    key, other, logs = world.key(), world.key("other"), world.client("logs")
    logs.create_log_group(logGroupName="/ward/audit", kmsKeyId=arn(key))
    logs.create_log_group(logGroupName="/ward/audit-2")
    logs.put_retention_policy(logGroupName="/ward/audit", retentionInDays=180)
    inputs = {"name": "/ward/audit", "kmsKeyId": arn(key), "retentionInDays": 180}
    group = resource("aws:cloudwatch/logGroup:LogGroup", "g", inputs)
    all_pass(world.ask(group), "log-group-encrypted", "log-group-kept")
    asked = "DescribeLogGroups"
    fails(world.ask(with_input(group, "kmsKeyId", arn(other))), "log-group-encrypted", f"{asked} kmsKeyId", arn(key))
    logs.put_retention_policy(logGroupName="/ward/audit", retentionInDays=7)
    fails(world.ask(group), "log-group-kept", f"{asked} retentionInDays", "7", "180")
    for_ever = with_input(group, "retentionInDays", 0)
    fails(world.ask(for_ever), "log-group-kept", f"{asked} retentionInDays", "7", "for ever")
    bare = with_input(with_input(group, "name", "/ward/audit-2"), "retentionInDays", None)
    fails(world.ask(bare), "log-group-encrypted", f"{asked} kmsKeyId", "no key of its own")
    assert finding(world.ask(with_input(group, "name", "/ward")), "log-group-kept").found.startswith("nothing of")


def test_a_cluster_of_containers(world: World) -> None:
    key, other = world.key(), world.key("other")
    _, subnets = world.network()
    eks = world.client("eks")
    logging = {"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]}
    eks.create_cluster(
        name="platform",
        roleArn=world.role(),
        resourcesVpcConfig={"subnetIds": subnets, "endpointPublicAccess": False, "endpointPrivateAccess": True},
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": arn(key)}}],
        logging=logging,
    )
    inputs = {
        "name": "platform",
        "encryptionConfig": {"resources": ["secrets"], "provider": {"keyArn": arn(key)}},
        "vpcConfig": {"endpointPublicAccess": False, "endpointPrivateAccess": True},
        "enabledClusterLogTypes": ["api", "audit"],
    }
    cluster = resource("aws:eks/cluster:Cluster", "c", inputs)

    def whole(**changes: Any) -> Any:
        access = {"endpointPublicAccess": False, "endpointPrivateAccess": True, **changes}
        return world.amending(DescribeCluster=lambda a: a["cluster"]["resourcesVpcConfig"].update(access))

    all_pass(world.ask(cluster, live=whole()), "cluster-secrets-encrypted", "cluster-closed-and-logged")
    wrong = with_input(cluster, "encryptionConfig", {"provider": {"keyArn": arn(other)}})
    asked = "DescribeCluster"
    fails(
        world.ask(wrong, live=whole()), "cluster-secrets-encrypted", f"{asked} encryptionConfig", arn(key), arn(other)
    )
    opened = world.ask(cluster, live=whole(endpointPublicAccess=True))
    fails(opened, "cluster-closed-and-logged", f"{asked} endpointPublicAccess", "true", "false")
    more = with_input(cluster, "enabledClusterLogTypes", ["api", "audit", "authenticator"])
    report = world.ask(more, live=whole())
    fails(report, "cluster-closed-and-logged", f"{asked} logging authenticator", "api, audit", "authenticator")
