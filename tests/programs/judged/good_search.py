"""Full text over discharge letters: OpenSearch in the network, with the open policy that AWS documents for fine-grained access."""

# jurisdiction: eu
# exit: 0
# silent: everything else
import pulumi
import pulumi_aws as aws
from university_in_europe import ACCOUNT, FRA, KEYS, PATIENT, allow, doc, log_group, network, on

vpc, subnets, _ = network("search", "10.91.0.0/16")
sg = aws.ec2.SecurityGroup("search", vpc_id=vpc.id, description="search", opts=on(FRA))
app = aws.ec2.SecurityGroup("search-app", vpc_id=vpc.id, description="apps", opts=on(FRA))
aws.vpc.SecurityGroupIngressRule(
    "search",
    security_group_id=sg.id,
    referenced_security_group_id=app.id,
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    opts=on(FRA),
)
groups = {
    t: log_group(f"search-{t.lower().replace('_', '-')}", f"/opensearch/letters/{t.lower()}")
    for t in ("INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS", "ES_APPLICATION_LOGS", "AUDIT_LOGS")
}
aws.cloudwatch.LogResourcePolicy(
    "search",
    policy_name="opensearch",
    policy_document=doc(
        {
            "Effect": "Allow",
            "Principal": {"Service": "es.amazonaws.com"},
            "Action": ["logs:PutLogEvents", "logs:CreateLogStream"],
            "Resource": [pulumi.Output.concat(g.arn, ":*") for g in groups.values()],
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
    ),
    opts=on(FRA),
)
# The index is made again from the letters: no backup, no second region.
domain = aws.opensearch.Domain(
    "letters",
    domain_name="letters",
    engine_version="OpenSearch_2.17",
    cluster_config={
        "instance_type": "r7g.large.search",
        "instance_count": 3,
        "zone_awareness_enabled": True,
        "zone_awareness_config": {"availability_zone_count": 3},
        "dedicated_master_enabled": True,
        "dedicated_master_count": 3,
        "dedicated_master_type": "m7g.large.search",
    },
    ebs_options={"ebs_enabled": True, "volume_size": 200, "volume_type": "gp3"},
    encrypt_at_rest={"enabled": True, "kms_key_id": KEYS[FRA].arn},
    node_to_node_encryption={"enabled": True},
    domain_endpoint_options={"enforce_https": True, "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"},
    advanced_security_options={
        "enabled": True,
        "internal_user_database_enabled": False,
        "master_user_options": {"master_user_arn": f"arn:aws:iam::{ACCOUNT}:role/search-admin"},
    },
    vpc_options={"subnet_ids": [s.id for s in subnets], "security_group_ids": [sg.id]},
    log_publishing_options=[{"log_type": t, "cloudwatch_log_group_arn": g.arn} for t, g in groups.items()],
    access_policies=doc(
        allow(["es:ESHttpGet", "es:ESHttpPost"], f"arn:aws:es:{FRA}:{ACCOUNT}:domain/letters/*", Principal={"AWS": "*"})
    ),
    tags={**PATIENT, "hospital-cloud:backup": "none"},
    opts=on(FRA, protect=True),
)
