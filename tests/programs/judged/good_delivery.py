"""A stream is delivered into the bucket; the delivery stream keeps nothing itself."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else

import json

import pulumi
import pulumi_aws as aws
from hospital_in_china import ACCOUNT, HOME, LOG_TAGS, TAGS, guarded, keys, make_key, opts, records

STREAM_TAGS = {**TAGS, "hospital-cloud:backup": "none"}
stream = aws.kinesis.Stream(
    "vitals",
    region=HOME,
    stream_mode_details={"stream_mode": "ON_DEMAND"},
    encryption_type="KMS",
    kms_key_id=keys[HOME].arn,
    retention_period=48,
    tags=STREAM_TAGS,
    opts=guarded,
)
fk = make_key("delivery-log", HOME, services=("logs.cn-north-1.amazonaws.com.cn",))
group = aws.cloudwatch.LogGroup(
    "delivery",
    region=HOME,
    name="/firehose/vitals",
    retention_in_days=400,
    kms_key_id=fk.arn,
    tags=LOG_TAGS,
    opts=guarded,
)
role = aws.iam.Role(
    "delivery",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "firehose.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"sts:ExternalId": ACCOUNT}},
                }
            ],
        }
    ),
    opts=opts,
)
aws.iam.RolePolicy(
    "delivery",
    role=role.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "kinesis:DescribeStream",
                        "kinesis:GetShardIterator",
                        "kinesis:GetRecords",
                        "kinesis:ListShards",
                    ],
                    "Resource": stream.arn,
                },
                {
                    "Effect": "Allow",
                    "Action": ["s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:ListBucket", "s3:PutObject"],
                    "Resource": [records.arn, pulumi.Output.concat(records.arn, "/*")],
                },
                {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": keys[HOME].arn},
            ],
        }
    ),
    opts=opts,
)
aws.kinesis.FirehoseDeliveryStream(
    "vitals-out",
    region=HOME,
    destination="extended_s3",
    kinesis_source_configuration={"kinesis_stream_arn": stream.arn, "role_arn": role.arn},
    extended_s3_configuration={
        "role_arn": role.arn,
        "bucket_arn": records.arn,
        "kms_key_arn": keys[HOME].arn,
        "buffering_interval": 300,
        "buffering_size": 64,
        "compression_format": "GZIP",
        "cloudwatch_logging_options": {"enabled": True, "log_group_name": group.name, "log_stream_name": "s3"},
    },
    tags=STREAM_TAGS,
    opts=guarded,
)
