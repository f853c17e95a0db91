from dataclasses import replace

from policies.graph import Place, Unknown
from policies.results import Verdict
from tests.policies.flows.cases import (
    BUCKET,
    CLOSED,
    INSTANCE,
    OBJECTS,
    READS,
    ROLE,
    TABLE,
    function,
    network,
    reader,
    resource,
    store,
)
from tests.resources import TAGS, assert_fails, assert_passes, assert_unknown, document, outcomes, ref

RULE = "no-path-out-of-jurisdiction"
EU = "arn:aws:iam::999999999999:root"


def _eu(*found):
    return [replace(r, region="eu-central-1" if r.region not in ("global",) else r.region) for r in found]


def test_a_store_that_nothing_leaves_passes():
    assert_passes(RULE, store())


def test_the_message_is_the_whole_path_with_its_lines():
    bucket = replace(store(), source=Place("app.py", 3))
    worker = replace(function(vpcConfig=None), source=Place("app.py", 21))
    role, policy = reader(READS, OBJECTS)
    found = outcomes(RULE, bucket, role, replace(policy, source=Place("app.py", 12)), worker)
    assert [o.verdict for o in found] == [Verdict.FAIL]
    text = found[0].found
    assert "records (aws:s3/bucket:Bucket, app.py:3)" in text
    assert "reader [data by aws:iam/rolePolicy:RolePolicy reading, policy.Statement[0], app.py:12]" in text
    assert "worker [data by aws:lambda/function:Function worker, role, app.py:21]" in text
    assert text.index("app.py:3") < text.index("app.py:12") < text.index("app.py:21") < text.rindex("the internet")
    assert "aws:lambda/function:Function worker" in found[0].remedy and "app.py:21" in found[0].remedy


def test_a_store_of_a_lower_class_is_not_asked():
    bucket = store(tags={**TAGS, "hospital-cloud:data-class": "2"})
    assert outcomes(RULE, bucket, *reader(READS, OBJECTS), function(vpcConfig=None)) == []


def test_a_store_without_a_class_is_taken_for_class_4():
    bucket = store(tags=None)
    assert_fails(RULE, bucket, *reader(READS, OBJECTS), function(vpcConfig=None), found="the internet")


def test_an_account_of_somebody_else_inside_the_partition_is_inside_in_china_and_undecided_in_europe():
    own = document({"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "s3:*", "Resource": "*"})
    assert_passes(RULE, store(), resource("aws:s3/bucketPolicy:BucketPolicy", "open", bucket="records", policy=own))
    bucket, policy = _eu(
        store(),
        resource("aws:s3/bucketPolicy:BucketPolicy", "open", bucket="records", policy=own.replace("aws-cn", "aws")),
    )
    assert_unknown(RULE, bucket, policy, jurisdiction="eu")


def test_partitions_are_told_apart_both_ways():
    trade = document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws-cn:iam::999999999999:root"},
            "Action": "s3:*",
            "Resource": "*",
        }
    )
    bucket, policy = _eu(store(), resource("aws:s3/bucketPolicy:BucketPolicy", "open", bucket="records", policy=trade))
    assert_fails(RULE, bucket, policy, found="aws-cn", jurisdiction="eu")


def test_a_bucket_that_says_no_region_is_undecided_where_the_partition_is_not_all_inside():
    role, policy = reader(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::records/*", "arn:aws:s3:::elsewhere/*"])
    parts = _eu(store(), role, policy, function(), *network())
    assert_unknown(RULE, *parts, jurisdiction="eu")


def test_own_names_and_references_mean_the_same_as_arns():
    for pattern in (OBJECTS[0], ref(BUCKET, "records") + "/*", "arn:*:s3:::rec*", "*"):
        assert_fails(RULE, store(), *reader(READS, [pattern]), function(vpcConfig=None), found="the internet")
    for pattern in ("arn:aws-cn:s3:::other/*", "arn:aws-cn:s3:::records", "arn:aws-cn:sqs:*:*:records"):
        assert_passes(RULE, store(), *reader(READS, [pattern]), function(vpcConfig=None))


def test_names_that_the_engine_makes_up_are_matched_by_their_prefix():
    bucket = resource(BUCKET, "records", bucket=None, tags=TAGS)
    assert_fails(
        RULE, bucket, *reader(READS, ["arn:aws-cn:s3:::records-*"]), function(vpcConfig=None), found="internet"
    )
    assert_passes(RULE, bucket, *reader(READS, ["arn:aws-cn:s3:::other-*"]), function(vpcConfig=None))


def test_what_a_statement_leaves_out_it_does_not_open():
    def answers(**statement):
        role, policy = reader([], [])
        text = document({"Effect": "Allow", **statement})
        return outcomes(
            RULE, store(), role, replace(policy, inputs={**policy.inputs, "policy": text}), function(vpcConfig=None)
        )

    assert [o.verdict for o in answers(NotAction="s3:Put*", Resource="*")] == [Verdict.FAIL]
    assert [o.verdict for o in answers(NotAction="s3:*", Resource="*")] == [Verdict.PASS]
    assert [o.verdict for o in answers(Action="s3:*", NotResource=OBJECTS)] == [Verdict.PASS]
    assert [o.verdict for o in answers(Action="s3:*", NotResource="arn:aws-cn:s3:::other/*")] == [Verdict.FAIL]


def test_a_denial_takes_away_only_without_conditions():
    role, policy = reader(READS, OBJECTS)
    allow = {"Effect": "Allow", "Action": READS, "Resource": OBJECTS}
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    hard = replace(policy, inputs={**policy.inputs, "policy": document(allow, deny)})
    assert_passes(RULE, store(), role, hard, function(vpcConfig=None))
    soft = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    mild = replace(policy, inputs={**policy.inputs, "policy": document(allow, soft)})
    assert_fails(RULE, store(), role, mild, function(vpcConfig=None), found="the internet")


def test_conditions_on_an_allowance_do_not_close_the_path():
    extra = {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}
    assert_fails(RULE, store(), *reader(READS, OBJECTS, **extra), function(vpcConfig=None), found="the internet")


def test_policies_that_are_attached_count_like_inline_ones():
    role = reader(READS, OBJECTS)[0]
    text = document({"Effect": "Allow", "Action": READS, "Resource": OBJECTS})
    policy = resource("aws:iam/policy:Policy", "reading", name="reading", policy=text)
    attached = resource(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "attached",
        role="reader",
        policyArn=ref("aws:iam/policy:Policy", "reading"),
    )
    assert_fails(RULE, store(), role, policy, attached, function(vpcConfig=None), found="the internet")
    of_aws = replace(
        attached, inputs={**attached.inputs, "policyArn": "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess"}
    )
    assert_fails(RULE, store(), role, of_aws, function(vpcConfig=None), found="the internet")
    harmless = replace(
        attached, inputs={**attached.inputs, "policyArn": "arn:aws-cn:iam::aws:policy/AWSXRayDaemonWriteAccess"}
    )
    assert_passes(RULE, store(), role, harmless, function(vpcConfig=None))


def test_a_policy_that_is_not_known_is_undecided_where_it_leads_out():
    role, policy = reader(READS, OBJECTS)
    hidden = replace(policy, inputs={**policy.inputs, "policy": Unknown()})
    assert_unknown(RULE, store(), role, hidden, function(vpcConfig=None))


def test_each_hop_that_is_not_known_is_undecided_and_never_passes():
    role, policy = reader(READS, OBJECTS)
    replication = resource(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "copy", bucket="records", rules=Unknown()
    )
    assert_unknown(RULE, store(), replication)
    blind = replace(
        replication,
        inputs={**replication.inputs, "bucket": Unknown(), "rules": [{"destination": {"bucket": "arn:aws:s3:::x"}}]},
    )
    assert_unknown(RULE, store(), blind)
    assert_unknown(RULE, store(), role, policy, function(vpcConfig={"subnetIds": [Unknown()]}))
    assert_unknown(RULE, store(), role, policy, function(role=Unknown(), vpcConfig=None))
    gone = replace(role, inputs={**role.inputs, "assumeRolePolicy": Unknown()})
    assert_unknown(RULE, store(), gone, policy)
    assert_unknown(RULE, store(TABLE, replicas=[{"regionName": Unknown()}]))
    assert_unknown(RULE, store(TABLE, replicas=Unknown()))


def test_answers_to_users_are_listed_and_not_failed():
    url = resource("aws:lambda/functionUrl:FunctionUrl", "entry", functionName="worker", authorizationType="AWS_IAM")
    found = outcomes(RULE, store(), *reader(READS, OBJECTS), function(vpcConfig=CLOSED), *network(), url)
    assert [o.verdict for o in found] == [Verdict.PASS]
    assert "1 entries for users" in found[0].found


def test_who_takes_on_a_role_by_signing_in_is_a_user():
    trust = document({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"})
    role, policy = reader([*READS, "sns:Publish"], [*OBJECTS, "arn:aws-cn:sns:us-east-1:111122223333:desk"])
    people = replace(role, inputs={**role.inputs, "assumeRolePolicy": trust})
    assert_passes(RULE, store(), people, policy)


def test_a_database_is_read_by_whoever_its_group_lets_in():
    group = "aws:ec2/securityGroup:SecurityGroup"
    database = store(INSTANCE, vpcSecurityGroupIds=[ref(group, "database", "id")])
    groups = [
        resource(
            group,
            "database",
            ingress=[
                {"securityGroups": [ref(group, "workers", "id")], "fromPort": 5432, "toPort": 5432, "protocol": "tcp"}
            ],
        ),
        resource(
            group, "workers", egress=[{"cidrBlocks": ["0.0.0.0/0"], "fromPort": 0, "toPort": 0, "protocol": "-1"}]
        ),
    ]
    inside = {
        "subnetIds": [ref("aws:ec2/subnet:Subnet", "private", "id")],
        "securityGroupIds": [ref(group, "workers", "id")],
    }
    worker = function(vpcConfig=inside)
    role = reader([], [])[0]
    assert_passes(RULE, database, *groups, worker, role, *network())
    nat = network(natGatewayId="nat-1", destinationCidrBlock="0.0.0.0/0")
    assert_fails(RULE, database, *groups, worker, role, *nat, found="NAT gateway")
    closed = [
        groups[0],
        resource(
            group, "workers", egress=[{"cidrBlocks": ["10.0.0.0/8"], "fromPort": 0, "toPort": 0, "protocol": "-1"}]
        ),
    ]
    assert_passes(RULE, database, *closed, worker, role, *nat)


def test_a_cycle_of_flows_ends():
    queue = "aws:sqs/queue:Queue"
    redrive = '{"deadLetterTargetArn": "%s"}'
    one = store(queue, "one", kmsMasterKeyId=None, redrivePolicy=redrive % ref(queue, "two"))
    two = store(queue, "two", kmsMasterKeyId=None, redrivePolicy=redrive % ref(queue, "one"))
    assert_passes(RULE, one, two)


def test_a_role_that_takes_on_another_reads_what_that_one_reads():
    first, policy = reader(READS, OBJECTS)
    second = resource(ROLE, "second", name="second", assumeRolePolicy=first.inputs["assumeRolePolicy"])
    trust = document({"Effect": "Allow", "Principal": {"AWS": ref(ROLE, "second")}, "Action": "sts:AssumeRole"})
    first = replace(first, inputs={**first.inputs, "assumeRolePolicy": trust})
    assert_fails(
        RULE, store(), first, second, policy, function(role=ref(ROLE, "second"), vpcConfig=None), found="second"
    )


def test_a_database_is_read_by_whoever_stands_where_its_group_lets_in():
    group, vpc = "aws:ec2/securityGroup:SecurityGroup", ref("aws:ec2/vpc:Vpc", "vpc", "id")

    def database(cidr: str):
        rule = {"cidrBlocks": [cidr], "fromPort": 5432, "toPort": 5432, "protocol": "tcp"}
        return [
            store(INSTANCE, vpcSecurityGroupIds=[ref(group, "database", "id")]),
            resource(group, "database", vpcId=vpc, ingress=[rule]),
            resource("aws:ec2/vpc:Vpc", "vpc"),
        ]

    nat = network(natGatewayId="nat-1", destinationCidrBlock="0.0.0.0/0")
    around = [*nat, reader([], [])[0], function(vpcConfig={**CLOSED, "securityGroupIds": None})]
    assert_fails(RULE, *database("10.16.0.0/16"), *around, found="NAT gateway")
    assert_passes(RULE, *database("10.99.0.0/16"), *around)
