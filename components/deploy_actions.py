"""The actions that a deployment of this blueprint needs, by scope and service; `deploy_policies` makes documents of
them and says what bounds them. Named one by one where an action could read, share or empty a store; families
elsewhere."""

from collections.abc import Sequence
from enum import Enum


class DeployScope(str, Enum):
    """What a pipeline deploys in an account, beside the account's baseline."""

    STORES = "stores"
    """Databases, tables, backup vaults and plans, secrets."""
    NETWORK = "network"
    """Networks, load balancers, firewalls, names, certificates."""
    PLATFORM = "platform"
    """Clusters, machines, functions, state machines, schedules, edge sites."""


_TAGS = ("ListTags*", "Tag*", "Untag*")

BASELINE: dict[str, Sequence[str]] = {
    "access-analyzer": ("CreateAnalyzer", "DeleteAnalyzer", "Get*", "List*", "Tag*", "Untag*"),
    "cloudtrail": (
        "AddTags", "CreateTrail", "DeleteTrail", "Describe*", "Get*", "List*", "PutEventSelectors", "RemoveTags",
        "StartLogging", "StopLogging", "UpdateTrail",
    ),
    "cloudwatch": (
        "DeleteAlarms", "DeleteDashboards", "Describe*", "Get*", "ListTags*", "PutCompositeAlarm", "PutDashboard",
        "PutMetricAlarm", "Tag*", "Untag*",
    ),
    "config": (
        "DeleteConfigurationRecorder", "DeleteDeliveryChannel", "Describe*", "PutConfigurationRecorder",
        "PutDeliveryChannel", "StartConfigurationRecorder", "StopConfigurationRecorder", *_TAGS,
    ),
    "ec2": (
        "DisableEbsEncryptionByDefault", "EnableEbsEncryptionByDefault", "GetEbs*", "ModifyEbsDefaultKmsKeyId",
        "ResetEbsDefaultKmsKeyId",
    ),
    "events": ("DeleteRule", "Describe*", "List*", "PutRule", "PutTargets", "RemoveTargets", "Tag*", "Untag*"),
    "guardduty": ("CreateDetector", "DeleteDetector", "Get*", "List*", "Tag*", "Untag*", "UpdateDetector"),
    "kms": (
        "CancelKeyDeletion", "CreateAlias", "CreateKey", "DeleteAlias", "Describe*", "DisableKeyRotation",
        "EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus", "List*", "PutKeyPolicy", "ReplicateKey",
        "ScheduleKeyDeletion", "Tag*", "Untag*", "UpdateAlias", "UpdateKeyDescription",
    ),
    "logs": (
        "AssociateKmsKey", "CreateLogDelivery", "CreateLogGroup", "DeleteLogDelivery", "DeleteLogGroup",
        "DeleteMetricFilter", "DeleteResourcePolicy", "DeleteRetentionPolicy", "Describe*", "GetLogDelivery", "List*",
        "PutMetricFilter", "PutResourcePolicy", "PutRetentionPolicy", "Tag*", "Untag*", "UpdateLogDelivery",
    ),
    "securityhub": (
        "BatchDisableStandards", "BatchEnableStandards", "Describe*", "DisableSecurityHub", "EnableSecurityHub",
        "GetEnabledStandards", "Tag*", "Untag*", "UpdateSecurityHubConfiguration", *_TAGS[:1],
    ),
    "sns": (
        "CreateTopic", "DeleteTopic", "Get*", "List*", "SetSubscriptionAttributes", "SetTopicAttributes", "Subscribe",
        "TagResource", "Unsubscribe", "UntagResource",
    ),
    "tag": ("GetResources",),
}  # fmt: skip
"""What every account needs: its own baseline, keys, log groups, topics, alarms."""

SCOPES: dict[DeployScope, dict[str, Sequence[str]]] = {
    DeployScope.STORES: {
        "application-autoscaling": (
            "DeleteScalingPolicy", "DeregisterScalableTarget", "Describe*", "PutScalingPolicy",
            "RegisterScalableTarget", *_TAGS,
        ),
        "backup": (
            "CreateBackupPlan", "CreateBackupSelection", "CreateBackupVault", "CreateRestoreTesting*",
            "DeleteBackupPlan", "DeleteBackupSelection", "DeleteBackupVault*", "DeleteRestoreTesting*", "Describe*",
            "Get*", "List*", "PutBackupVault*", "Tag*", "Untag*", "UpdateBackupPlan", "UpdateRegionSettings",
            "UpdateRestoreTesting*",
        ),
        "backup-storage": ("MountCapsule",),
        "dynamodb": (
            "CreateTable", "CreateTableReplica", "DeleteResourcePolicy", "DeleteTable", "DeleteTableReplica",
            "Describe*", "GetResourcePolicy", "List*", "PutResourcePolicy", "Tag*", "Untag*",
            "UpdateContinuousBackups", "UpdateTable", "UpdateTimeToLive",
        ),
        "rds": (
            "Add*", "Create*", "DeleteDB*", "DeleteGlobalCluster", "Describe*", "List*", "ModifyDBCluster",
            "ModifyDBClusterParameterGroup", "ModifyDBInstance", "ModifyDBParameterGroup", "ModifyDBSubnetGroup",
            "ModifyEventSubscription", "ModifyGlobalCluster", "PromoteReadReplica", "RebootDBInstance", "Remove*",
            "ResetDB*",
        ),
        "secretsmanager": (
            "CreateSecret", "DeleteResourcePolicy", "DeleteSecret", "Describe*", "GetResourcePolicy", "List*",
            "PutResourcePolicy", "PutSecretValue", "RemoveRegionsFromReplication", "ReplicateSecretToRegions",
            "RotateSecret", "Tag*", "Untag*", "UpdateSecret",
        ),
    },
    DeployScope.NETWORK: {
        "acm": ("AddTags*", "DeleteCertificate", "Describe*", "Get*", "List*", "Remove*", "RequestCertificate",
                "UpdateCertificateOptions"),
        "arc-zonal-shift": ("Get*", "List*", "UpdateZonalAutoshiftConfiguration"),
        "directconnect": (
            "Allocate*", "Associate*", "Confirm*", "Create*", "Delete*", "Describe*", "Disassociate*", "Tag*",
            "Untag*", "Update*",
        ),
        "ec2": (
            "Accept*", "AllocateAddress", "Associate*", "Attach*", "Authorize*", "CreateCustomerGateway",
            "CreateDhcpOptions", "CreateFlowLogs", "CreateInternetGateway", "CreateManagedPrefixList",
            "CreateNatGateway", "CreateNetwork*", "CreateRoute*", "CreateSecurityGroup", "CreateSubnet*",
            "CreateTags", "CreateTransitGateway*", "CreateVpc*", "DeleteCustomerGateway", "DeleteDhcpOptions",
            "DeleteFlowLogs", "DeleteInternetGateway", "DeleteManagedPrefixList", "DeleteNatGateway",
            "DeleteNetwork*", "DeleteRoute*", "DeleteSecurityGroup", "DeleteSubnet*", "DeleteTags",
            "DeleteTransitGateway*", "DeleteVpc*", "Describe*", "Detach*", "Disable*Propagation", "Disassociate*",
            "Enable*Propagation", "GetManagedPrefixList*", "GetSecurityGroups*", "GetTransitGateway*",
            "ModifyManagedPrefixList", "ModifyNetwork*", "ModifySecurityGroup*", "ModifySubnet*",
            "ModifyTransitGateway*", "ModifyVpc*", "ReleaseAddress", "Replace*", "Revoke*", "SearchTransit*",
            "UpdateSecurityGroup*",
        ),
        "elasticloadbalancing": (
            "Add*", "Create*", "Delete*", "Deregister*", "Describe*", "Modify*", "Register*", "Remove*", "Set*",
        ),
        "network-firewall": (
            "Associate*", "Create*", "Delete*", "Describe*", "Disassociate*", "List*", "Tag*", "Untag*", "Update*",
        ),
        "ram": (
            "Accept*", "Associate*", "Create*", "Delete*", "Disassociate*", "Get*", "List*", "Tag*", "Untag*",
        ),
        "route53resolver": (
            "Associate*", "Create*", "Delete*", "Disassociate*", "Get*", "Import*", "List*", "Put*", "Tag*", "Untag*",
            "Update*",
        ),
        "wafv2": (
            "Associate*", "Create*", "Delete*", "Disassociate*", "Get*", "List*", "Put*", "Tag*", "Untag*", "Update*",
        ),
    },
    DeployScope.PLATFORM: {
        "acm-pca": ("Describe*", "Get*", "IssueCertificate", "List*"),
        "autoscaling": ("Attach*", "Create*", "Delete*", "Describe*", "Detach*", "Put*", "Set*", "Update*"),
        "ec2": ("CreateLaunchTemplate*", "DeleteLaunchTemplate*", "GetLaunchTemplateData", "ModifyLaunchTemplate",
                "RunInstances", "CreateTags"),
        "ecr": (
            "CreatePullThrough*", "CreateRepository*", "DeleteLifecyclePolicy", "DeletePullThrough*",
            "DeleteRegistryPolicy", "DeleteRepository*", "Describe*", "GetLifecyclePolicy", "GetRegistry*",
            "GetRepositoryPolicy", "List*", "PutImageScanning*", "PutImageTagMutability", "PutLifecyclePolicy",
            "PutRegistry*", "PutReplication*", "SetRepositoryPolicy", "Tag*", "Untag*",
        ),
        "eks": ("Associate*", "Create*", "Delete*", "Describe*", "Disassociate*", "List*", "Tag*", "Untag*", "Update*"),
        "lambda": (
            "Add*", "Create*", "Delete*", "GetAlias", "GetEvent*", "GetFunction*", "GetLayerVersion*", "GetPolicy",
            "List*", "Publish*", "Put*", "Remove*", "Tag*", "Untag*", "Update*",
        ),
        "rolesanywhere": (
            "Create*", "Delete*", "Disable*", "Enable*", "Get*", "Import*", "List*", "Put*", "Tag*", "Untag*",
            "Update*",
        ),
        "scheduler": ("Create*", "Delete*", "Get*", "List*", "Tag*", "Untag*", "Update*"),
        "sqs": ("CreateQueue", "DeleteQueue", "Get*", "List*", "SetQueueAttributes", "Tag*", "Untag*"),
        "states": ("CreateStateMachine*", "DeleteStateMachine*", "DescribeStateMachine*", "List*", "Publish*", "Tag*",
                   "Untag*", "UpdateStateMachine*", "Validate*"),
        "synthetics": ("CreateCanary", "DeleteCanary", "Describe*", "Get*", "List*", "StartCanary", "StopCanary",
                       "Tag*", "Untag*", "UpdateCanary"),
    },
}  # fmt: skip

BUCKETS = (
    "CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "GetAccelerateConfiguration", "GetAnalyticsConfiguration",
    "GetBucket*", "GetEncryptionConfiguration", "GetIntelligentTieringConfiguration", "GetInventoryConfiguration",
    "GetLifecycleConfiguration", "GetMetricsConfiguration", "GetReplicationConfiguration", "ListBucket",
    "ListTagsForResource", "PutBucket*", "PutEncryptionConfiguration", "PutIntelligentTieringConfiguration",
    "PutInventoryConfiguration", "PutLifecycleConfiguration", "PutMetricsConfiguration", "PutReplicationConfiguration",
    "TagResource", "UntagResource",
)  # fmt: skip
"""Of S3, on this hospital's buckets: their settings, no object."""

ROLES_WITH_BOUNDARY = (
    "AttachRolePolicy", "CreateRole", "DeleteRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary",
    "PutRolePolicy",
)  # fmt: skip
"""Of IAM, on this hospital's roles, only where they carry the boundary: the actions that know the condition."""

IDENTITIES = (
    "AddRoleToInstanceProfile", "CreateInstanceProfile", "CreateOpenIDConnectProvider", "CreatePolicy",
    "CreatePolicyVersion", "DeleteInstanceProfile", "DeleteOpenIDConnectProvider", "DeletePolicy",
    "DeletePolicyVersion", "DeleteRole", "RemoveRoleFromInstanceProfile", "SetDefaultPolicyVersion", "Tag*", "Untag*",
    "UpdateAssumeRolePolicy", "UpdateOpenIDConnectProviderThumbprint", "UpdateRole*",
)  # fmt: skip
"""Of IAM, on this hospital's roles, policies and profiles, and on the clusters' token issuers."""

READS_OF_DATA = (
    "athena:GetQueryResults", "backup:StartRestoreJob", "dynamodb:BatchGetItem", "dynamodb:ExportTableToPointInTime",
    "dynamodb:GetItem", "dynamodb:GetRecords", "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan",
    "ec2:GetConsoleOutput", "ec2:GetPasswordData", "es:ESHttpGet", "es:ESHttpPost", "kinesis:GetRecords",
    "lambda:InvokeFunction", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery",
    "rds-data:BatchExecuteStatement", "rds-data:ExecuteStatement", "rds-db:connect", "rds:DownloadDBLogFilePortion",
    "rds:StartExportTask", "sqs:ReceiveMessage", "ssm:SendCommand", "ssm:StartSession",
)  # fmt: skip
"""Ways to patients' data that neither the pipeline nor an auditor needs. Objects and keys are refused apart."""

SHARES_OF_DATA = (
    "ec2:ModifyImageAttribute", "ec2:ModifySnapshotAttribute", "rds:ModifyDBClusterSnapshotAttribute",
    "rds:ModifyDBSnapshotAttribute",
)  # fmt: skip
"""Ways to give it to another account."""
