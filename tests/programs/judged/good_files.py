"""Shared files of the pathology scanners on EFS, replicated to Ningxia."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else
import pulumi_aws as aws
from group_in_china import BEIJING, NINGXIA, PROVIDERS, REGIONS, Network, backups
from pulumi import Output, ResourceOptions

p = PROVIDERS[BEIJING]
net = Network("pathology", BEIJING, "10.70", ["cn-north-1a", "cn-north-1b"])
fs = aws.efs.FileSystem(
    "slides",
    creation_token="slides",
    encrypted=True,
    kms_key_id=REGIONS[BEIJING].data_key.arn,
    throughput_mode="elastic",
    lifecycle_policies=[{"transition_to_ia": "AFTER_30_DAYS"}],
    tags={"Name": "slides"},
    opts=ResourceOptions(provider=p, protect=True),
)
door = aws.ec2.SecurityGroup(
    "slides",
    vpc_id=net.vpc.id,
    description="nfs",
    ingress=[
        {"protocol": "tcp", "from_port": 2049, "to_port": 2049, "cidr_blocks": [net.cidr], "description": "scanners"}
    ],
    opts=ResourceOptions(provider=p),
)
for i, s in enumerate(net.subnets):
    aws.efs.MountTarget(
        f"slides-{i}",
        file_system_id=fs.id,
        subnet_id=s.id,
        security_groups=[door.id],
        opts=ResourceOptions(provider=p, parent=fs),
    )
aws.efs.FileSystemPolicy(
    "slides",
    file_system_id=fs.id,
    policy=Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "mounts",
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws-cn:iam::210987654321:role/scanner"},
                    "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
                    "Resource": fs.arn,
                },
                {
                    "Sid": "tls",
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Action": "*",
                    "Resource": fs.arn,
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
            ],
        }
    ),
    opts=ResourceOptions(provider=p),
)
aws.efs.BackupPolicy(
    "slides", file_system_id=fs.id, backup_policy={"status": "ENABLED"}, opts=ResourceOptions(provider=p)
)
aws.efs.ReplicationConfiguration(
    "slides",
    source_file_system_id=fs.id,
    destination={"region": NINGXIA, "kms_key_id": REGIONS[NINGXIA].data_key.arn},
    opts=ResourceOptions(provider=p),
)
backups()
