"""Door 1: a program becomes a graph, whole."""

import json
import secrets

import pulumi
import pulumi.automation
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest

import jurisdictions
from policies.graph import Graph, Unknown, reference_of, references_in
from policies.resolve import CALLER_ACCOUNT
from policies.sources import functions
from policies.sources.automation import NotDriven
from policies.sources.program import record
from policies.sources.recorder import DuplicateResource

CN = jurisdictions.load("cn-mainland")


def graph_of(program, **options) -> Graph:
    return record(program, project="p", stack="s", jurisdiction=CN, **options).graph


def one(graph: Graph, name: str):
    return next(r for r in graph.resources if r.name == name)


class Vault(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Vault", name, {"size": 3}, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(f"{name}-key", region="cn-north-1", opts=child)
        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            region="cn-north-1",
            tags={"key": key.arn},
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        policy = pulumi.Output.json_dumps({"Statement": [{"Effect": "Deny", "Resource": [bucket.arn, f"{name}/*"]}]})
        aws.s3.BucketPolicy(f"{name}-policy", region="cn-north-1", bucket=bucket.id, policy=policy, opts=child)
        self.register_outputs({"arn": bucket.arn})


def vault() -> None:
    provider = aws.Provider("workload", region="cn-northwest-1", allowed_account_ids=["111122223333"])
    Vault("v", pulumi.ResourceOptions(provider=provider))
    aws.iam.Role("role", assume_role_policy="{}", opts=pulumi.ResourceOptions(provider=provider))
    aws.sqs.Queue("elsewhere", opts=pulumi.ResourceOptions(provider=provider))
    aws.sqs.Queue("nowhere")


def test_a_resource_is_recorded_with_all_that_the_engine_would_know():
    bucket = one(graph_of(vault), "v-bucket")
    assert bucket.urn == "urn:pulumi:s::p::test:index:Vault$aws:s3/bucket:Bucket::v-bucket"
    assert (bucket.region, bucket.account, bucket.protect) == ("cn-north-1", "111122223333", True)
    assert bucket.parent == "urn:pulumi:s::p::test:index:Vault::v"
    assert bucket.source and bucket.source.file.endswith("test_program.py")


class Network(pulumi.ComponentResource):
    """As an SDK of components declares one: a plugin makes its parts."""

    def __init__(self, name: str) -> None:
        super().__init__("awsx:ec2:Vpc", name, {"cidrBlock": "10.0.0.0/16"}, remote=True)


def test_a_component_that_a_plugin_makes_says_so():
    graph = graph_of(lambda: Network("net"))
    assert one(graph, "net").remote and not one(graph_of(vault), "v").remote
    assert Graph.from_json(graph.to_json()) == graph


def test_a_region_comes_from_the_resource_else_its_provider_else_nowhere():
    graph = graph_of(vault)
    assert one(graph, "elsewhere").region == "cn-northwest-1"
    assert one(graph, "nowhere").region is None and one(graph, "nowhere").provider is None
    assert one(graph, "role").region == "global"
    assert one(graph_of(vault, config={"aws:region": "cn-north-1"}), "nowhere").region == "cn-north-1"


def test_a_computed_output_is_a_reference_and_a_document_stays_whole():
    graph = graph_of(vault)
    key, bucket, policy = (one(graph, f"v-{n}") for n in ("key", "bucket", "policy"))
    assert reference_of(bucket.get("tags.key")) == references_in(bucket.get("tags.key"))[0]
    assert graph.target(bucket, "tags.key") == key
    statement = json.loads(policy.get("policy"))["Statement"][0]
    assert statement["Resource"][1] == "v/*"
    assert graph.target(policy, "bucket") == bucket


def test_in_strict_mode_computed_outputs_are_unknown_and_the_edges_stay():
    graph = graph_of(vault, strict=True)
    policy, bucket = one(graph, "v-policy"), one(graph, "v-bucket")
    assert isinstance(policy.get("policy"), Unknown)
    assert graph.target(policy, "policy") == bucket


@pytest.mark.parametrize("stack", ["dev", "cn-clinic"])
def test_both_modes_see_the_same_resources_and_the_same_edges(stack, graphs):
    from infra import program
    from infra.judgement import engine_config
    from infra.settings import load
    from tests.conftest import ROOT

    loaded = load(ROOT / "stacks" / f"Pulumi.{stack}.yaml")
    strict = record(
        program.main,
        project="hospital-cloud",
        stack=stack,
        jurisdiction=loaded.hospital.law,
        config=engine_config(loaded.hospital),
        root=ROOT,
        strict=True,
    ).graph

    def shape(graph):
        return {(e.source, e.path.partition(".")[0].partition("[")[0], e.target) for e in graph.edges}

    assert [r.urn for r in strict.resources] == [r.urn for r in graphs[stack].resources]
    assert shape(strict) == shape(graphs[stack])


def test_what_the_gate_must_decide_is_known_before_deploy(graphs):
    """Names, regions, principals, retention are plain inputs: no resource policy of a bucket, key or topic is unknown."""
    for stack, graph in graphs.items():
        for resource in graph.of_type(
            "aws:s3/bucketPolicy:BucketPolicy",
            "aws:kms/key:Key",
            "aws:kms/replicaKey:ReplicaKey",
            "aws:sns/topic:Topic",
        ):
            assert isinstance(resource.get("policy"), str), f"{stack}: {resource.name}"
        assert not [r.urn for r in graph.resources if r.custom and r.region is None], stack


def test_a_reference_that_a_program_cuts_becomes_unknown():
    def cut():
        bucket = aws.s3.Bucket("b", region="cn-north-1")
        aws.sns.Topic("t", region="cn-north-1", display_name=bucket.arn.apply(lambda arn: arn[:20]))
        aws.sns.Topic("u", region="cn-north-1", display_name=bucket.arn.apply(lambda arn: arn.upper()))
        aws.sns.Topic("v", region="cn-north-1", display_name=bucket.arn.apply(lambda arn: arn[-12:]))

    graph = graph_of(cut)
    assert isinstance(one(graph, "t").get("displayName"), Unknown)
    assert isinstance(one(graph, "u").get("displayName"), Unknown)
    assert isinstance(one(graph, "v").get("displayName"), Unknown)


def test_a_program_that_takes_an_arn_apart_stumbles_instead_of_going_on_with_a_piece_of_a_urn():
    def apart():
        queue = aws.sqs.Queue("q", region="cn-north-1")
        aws.sns.Topic("t", region="cn-north-1", display_name=queue.arn.apply(lambda arn: arn.split(":")[4]))

    with pytest.raises(IndexError):
        graph_of(apart)
    assert isinstance(one(graph_of(apart, strict=True), "t").get("displayName"), Unknown)


def test_secrets_are_not_in_the_graph():
    def secretive():
        aws.ssm.Parameter("p", region="cn-north-1", type="SecureString", value=pulumi.Output.secret("hunter2"))

    assert "hunter2" not in graph_of(secretive).dumps()


def test_a_secret_that_the_program_spells_out_is_told_apart_from_a_setting():
    def program():
        word, setting = "Winter2026!", pulumi.Config("his").require_secret("password")
        for name, password in (("word", word), ("setting", setting), ("both", pulumi.Output.concat(word, setting))):
            aws.rds.Instance(name, instance_class="db.m7g.large", password=password)
        aws.rds.Instance("made", instance_class="db.m7g.large", password=f"his-{secrets.token_urlsafe(30)}")
        text = pulumi.Output.json_dumps({"username": "his", "password": setting, "token": word})
        aws.secretsmanager.SecretVersion("text", secret_id="his", secret_string=text)

    seen = graph_of(program)
    assert one(seen, "word").secrets_in_clear == ("password",)
    assert one(seen, "made").secrets_in_clear == ()
    assert one(seen, "setting").secrets_in_clear == one(seen, "both").secrets_in_clear == ()
    assert one(seen, "text").secrets_in_clear == ("secretString.token", "secretString.username")
    assert "Winter2026!" not in json.dumps(seen.to_json())
    assert one(Graph.from_json(seen.to_json()), "word").secrets_in_clear == ("password",)


def test_what_is_made_only_in_an_update_is_seen():
    def program():
        if not pulumi.runtime.is_dry_run():
            aws.sqs.Queue("late")

    assert [r.name for r in graph_of(program).resources] == ["late"]
    assert [r.name for r in graph_of(program, strict=True).resources] == []


def test_transforms_run_as_the_engine_would_run_them():
    def weakened():
        def weaken(args):
            if args.type_ == "aws:kms/key:Key":
                args.props["description"] = "changed"
                return pulumi.ResourceTransformResult(args.props, args.opts)
            return None

        pulumi.runtime.register_resource_transform(weaken)
        vault()

    assert one(graph_of(weakened), "v-key").get("description") == "changed"


def test_policy_documents_are_computed_and_unknown_functions_are_named():
    def asks():
        document = aws.iam.get_policy_document(
            statements=[
                {"actions": ["s3:GetObject"], "resources": ["*"], "principals": [{"type": "*", "identifiers": ["*"]}]}
            ]
        )
        aws.s3.BucketPolicy("p", region="cn-north-1", bucket="b", policy=document.json)

    statement = json.loads(one(graph_of(asks), "p").get("policy"))["Statement"][0]
    assert statement == {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Principal": "*"}
    with pytest.raises(functions.NotComputable, match="getSpotPrice"):
        graph_of(lambda: aws.ec2.get_spot_price(instance_type="m6i.large"))


def test_what_a_look_up_finds_is_a_resource_that_is_not_the_programs():
    def looks_up():
        hospital = aws.Provider("hospital", region="cn-northwest-1", allowed_account_ids=["111122223333"])
        asked = pulumi.InvokeOptions(provider=hospital)
        network = aws.ec2.get_vpc(tags={"ward": "3"}, opts=asked)
        assert aws.ec2.get_vpc(tags={"ward": "3"}, opts=asked).id == network.id
        subnets = aws.ec2.get_subnets(filters=[{"name": "vpc-id", "values": [network.id]}], opts=asked)
        key = aws.kms.get_key_output(key_id="alias/records", opts=asked)
        aws.ec2.SecurityGroup("s", vpc_id=network.id, description=f"for {network.cidr_block}")
        aws.sqs.Queue("q", kms_master_key_id=key.arn, name=f"q-{len(subnets.ids)}")

    graph = graph_of(looks_up)
    network = graph.target(one(graph, "s"), "vpcId")
    assert (network.type, network.external, network.region) == ("aws:ec2/vpc:Vpc", True, "cn-northwest-1")
    assert network.get("tags") == {"ward": "3"} and network.source is not None
    assert graph.target(one(graph, "q"), "kmsMasterKeyId").get("keyId") == "alias/records"
    assert [r.type for r in graph.resources if r.external] == [
        *("aws:ec2/subnet:Subnet", "aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc", "aws:kms/key:Key")
    ]


def test_the_accounts_own_user_of_access_control_lists_is_looked_up():
    def program():
        me = aws.s3.get_canonical_user_id().id
        grants = [{"permission": "FULL_CONTROL", "grantee": {"type": "CanonicalUser", "id": me}}]
        aws.s3.BucketAcl("own", bucket="b", access_control_policy={"owner": {"id": me}, "grants": grants})

    seen = graph_of(program)
    (found,) = references_in(one(seen, "own").get("accessControlPolicy.grants[0].grantee.id"))
    assert seen.by_urn[found.urn].external


def test_an_account_asked_for_is_that_of_the_provider_that_is_asked():
    def asks():
        hospital = aws.Provider("hospital", region="cn-northwest-1", allowed_account_ids=["111122223333"])
        mine = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=hospital))
        region = aws.get_region(opts=pulumi.InvokeOptions(provider=hospital))
        aws.sqs.Queue("q", name=f"{mine.account_id}-{region.region}-{aws.get_caller_identity().account_id}")

    assert one(graph_of(asks), "q").get("name") == f"111122223333-cn-northwest-1-{CALLER_ACCOUNT}"


@pytest.mark.parametrize(
    "given",
    [
        {"assume_roles": [{"role_arn": "arn:aws:iam::111122223333:role/deploy"}]},
        {"assume_roles": [aws.ProviderAssumeRoleArgs(role_arn="arn:aws:iam::111122223333:role/deploy")]},
        {"assume_role_with_web_identity": {"role_arn": "arn:aws:iam::111122223333:role/ci"}},
        {"allowed_account_ids": ["111122223333"]},
    ],
)
def test_a_provider_names_its_account_in_every_form(given):
    def made():
        provider = aws.Provider("p", region="eu-central-1", **given)
        aws.sqs.Queue("q", opts=pulumi.ResourceOptions(provider=provider))

    assert one(graph_of(made), "q").account == "111122223333"


def test_a_component_of_another_package_is_told_apart():
    class Theirs(pulumi.ComponentResource):
        def __init__(self, name, remote):
            super().__init__("awsx:ec2:Vpc", name, {}, None, remote=remote)

    graph = graph_of(lambda: (Theirs("a", True), Theirs("b", False)))
    assert (one(graph, "a").remote, one(graph, "b").remote) == (True, False)
    assert Graph.from_json(graph.to_json()) == graph


def test_what_a_program_would_drive_is_another_program():
    with pytest.raises(NotDriven, match="audit that folder"):
        graph_of(lambda: pulumi.automation.select_stack("dev", work_dir="../infra").up())

    def several():
        for name in ("dev", "prod"):
            pulumi.automation.create_or_select_stack(name, project_name="x", program=vault).up()

    with pytest.raises(NotDriven, match="more than one stack"):
        graph_of(several)


def test_what_a_driven_program_raises_later_is_raised():
    async def program():
        raise ValueError("no ward")

    with pytest.raises(Exception, match="no ward"):
        graph_of(lambda: pulumi.automation.create_or_select_stack("dev", project_name="x", program=program).up())


def test_a_stack_that_is_previewed_and_then_brought_up_is_one():
    def drives():
        stack = pulumi.automation.create_or_select_stack("dev", project_name="x", program=vault)
        assert str(stack.preview().change_summary) == ""
        stack.up()

    maker = pulumi.automation.create_or_select_stack
    assert graph_of(drives).dumps() == graph_of(vault).dumps()
    assert pulumi.automation.create_or_select_stack is maker


def test_two_resources_of_one_name_are_refused_with_both_lines():
    def doubled():
        aws.sqs.Queue("q", tags={"hospital-cloud:data-class": "2"})
        aws.sqs.Queue("q")

    with pytest.raises(DuplicateResource, match=r"aws:sqs/queue:Queue 'q' \(.+:\d+ and .+:\d+\)"):
        graph_of(doubled)


def test_objects_of_a_yaml_text_are_read():
    text = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n---\nkind: List\nitems: [{kind: Secret, apiVersion: v1, metadata: {name: b}}]"
    graph = graph_of(lambda: kubernetes.yaml.ConfigGroup("all", yaml=[text]))
    assert [r.type for r in graph.resources if r.custom] == [
        "kubernetes:core/v1:ConfigMap",
        "kubernetes:core/v1:Secret",
    ]


@pytest.mark.parametrize("strict", [False, True])
def test_objects_of_a_group_that_a_plugin_takes_apart_are_read(tmp_path, strict):
    (tmp_path / "a.yaml").write_text("kind: Pod\napiVersion: v1\nmetadata: {name: a, namespace: lab}\n")
    agent = {"kind": "DaemonSet", "apiVersion": "apps/v1", "metadata": {"name": "agent"}}

    def program():
        provider = kubernetes.Provider("campus", context="campus")
        options = pulumi.ResourceOptions(provider=provider)
        kubernetes.yaml.v2.ConfigGroup("all", objs=[agent], files=[str(tmp_path / "*.yaml")], opts=options)
        kubernetes.yaml.v2.ConfigFile("away", file="https://vendor.example/agent.yaml", opts=options)

    seen = graph_of(program, strict=strict)
    found = {r.name: r.type for r in seen.resources if r.custom and not r.type.startswith("pulumi:")}
    assert found == {"all:agent": "kubernetes:apps/v1:DaemonSet", "all:lab/a": "kubernetes:core/v1:Pod"}
    pod = one(seen, "all:lab/a")
    assert pod.parent == one(seen, "all").urn and pod.provider and pod.source


def test_nothing_of_a_run_stays_behind():
    first = graph_of(vault).dumps()
    with pytest.raises(ZeroDivisionError):
        graph_of(lambda: 1 // 0)
    assert graph_of(vault).dumps() == first


def test_the_json_form_keeps_everything(graphs):
    graph = graphs["dev"]
    again = Graph.from_json(json.loads(graph.dumps()))
    assert again == graph
    assert again.dumps() == graph.dumps()
