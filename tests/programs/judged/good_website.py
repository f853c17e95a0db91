"""The hospital's public website behind CloudFront, which takes its certificate and its web ACL from us-east-1 only."""

# jurisdiction: eu
# exit: 0
# silent: everything else
import pulumi
import pulumi_aws as aws
from university_in_europe import ACCOUNT, FRA, OPS, bucket, doc, on

PUBLIC = {"hospital-cloud:data-class": "1", "hospital-cloud:record-kind": "operational"}
us = aws.Provider("us-east-1", region="us-east-1", allowed_account_ids=[ACCOUNT])
there = pulumi.ResourceOptions(provider=us)
logs = bucket("aws-waf-logs-site", tags=OPS, days=400, writers=("delivery.logs.amazonaws.com",))
site = aws.s3.Bucket("site", bucket="ukf-website", tags=PUBLIC, opts=on(FRA))
aws.s3.BucketVersioning("site", bucket=site.id, versioning_configuration={"status": "Enabled"}, opts=on(FRA))
aws.s3.BucketPublicAccessBlock(
    "site",
    bucket=site.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
    opts=on(FRA),
)
aws.s3.BucketServerSideEncryptionConfiguration(
    "site",
    bucket=site.id,
    rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
    opts=on(FRA),
)
access = aws.cloudfront.OriginAccessControl(
    "site",
    origin_access_control_origin_type="s3",
    signing_behavior="always",
    signing_protocol="sigv4",
    opts=on(FRA),
)
certificate = aws.acm.Certificate("site", domain_name="www.ukf.example", validation_method="DNS", opts=there)


def seen(name):
    return {"cloudwatch_metrics_enabled": True, "metric_name": name, "sampled_requests_enabled": False}


def managed(priority, name):
    return {
        "name": name,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": name}},
        "visibility_config": seen(name),
    }


acl = aws.wafv2.WebAcl(
    "site",
    scope="CLOUDFRONT",
    default_action={"allow": {}},
    visibility_config=seen("site"),
    rules=[
        managed(1, "AWSManagedRulesCommonRuleSet"),
        managed(2, "AWSManagedRulesKnownBadInputsRuleSet"),
        {
            "name": "rate",
            "priority": 3,
            "action": {"block": {}},
            "statement": {"rate_based_statement": {"limit": 2000, "aggregate_key_type": "IP"}},
            "visibility_config": seen("rate"),
        },
    ],
    opts=there,
)
aws.wafv2.WebAclLoggingConfiguration(
    "site",
    resource_arn=acl.arn,
    log_destination_configs=[logs.arn],
    redacted_fields=[{"single_header": {"name": n}} for n in ("authorization", "cookie")] + [{"query_string": {}}],
    opts=there,
)
front = aws.cloudfront.Distribution(
    "site",
    enabled=True,
    aliases=["www.ukf.example"],
    default_root_object="index.html",
    web_acl_id=acl.arn,
    origins=[
        {
            "origin_id": "s3",
            "domain_name": site.bucket_regional_domain_name,
            "origin_access_control_id": access.id,
        }
    ],
    default_cache_behavior={
        "target_origin_id": "s3",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={
        "acm_certificate_arn": certificate.arn,
        "ssl_support_method": "sni-only",
        "minimum_protocol_version": "TLSv1.3_2025",
    },
    tags=PUBLIC,
    opts=on(FRA),
)
aws.s3.BucketPolicy(
    "site",
    bucket=site.id,
    policy=doc(
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": pulumi.Output.concat(site.arn, "/*"),
            "Condition": {"StringEquals": {"aws:SourceArn": front.arn}},
        },
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [site.arn, pulumi.Output.concat(site.arn, "/*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ),
    opts=on(FRA),
)
