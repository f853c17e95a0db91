"""EdgeSite, SiteHub: a site reaches what is its own, by its own certificate, over its own line, and is missed when silent."""

import json

import pytest

from components.edge_site import SiteKind
from components.site_hub import SiteConnection
from policies.graph import Graph, references_in
from tests.components.accounts import REGIONS, document, named
from tests.components.iam_evaluation import decision
from tests.components.networks import only, sites, undecided_policies, violations

QUEUE, ALARM = "aws:sqs/queue:Queue", "aws:cloudwatch/metricAlarm:MetricAlarm"
LINED = {"main-campus": SiteConnection.DIRECT_CONNECT, "clinic-7": SiteConnection.SD_WAN}
BUCKET = "arn:aws-cn:s3:::tjemc-111122223333-cn-north-1-documents"
MESSAGES = "arn:aws-cn:sqs:cn-north-1:111122223333:tjemc-site"


def may(graph: Graph, site: str, action: str, resource: str, **context: object) -> bool:
    """Whether a session of the site's role may: the role's policy and the session's bounds must both say so."""
    documents = [
        document(named(graph, f"{site}-permission")),
        document(named(graph, f"{site}-profile"), "sessionPolicy"),
    ]
    return all(decision([d], action, resource, context) == "allow" for d in documents)


def test_a_site_reaches_its_own_objects_and_no_other_sites() -> None:
    graph = sites(LINED)
    assert may(graph, "main-campus", "s3:PutObject", f"{BUCKET}/sites/main-campus/ct/1")
    for other in ("sites/clinic-7/ct/1", "sites/main-campus-2/ct/1", "other/1"):
        assert not may(graph, "main-campus", "s3:GetObject", f"{BUCKET}/{other}"), other
    assert not may(graph, "main-campus", "s3:DeleteObject", f"{BUCKET}/sites/main-campus/ct/1")


def test_a_site_fetches_its_own_messages_and_writes_none() -> None:
    graph = sites(LINED)
    assert may(graph, "clinic-7", "sqs:ReceiveMessage", f"{MESSAGES}-clinic-7")
    assert not may(graph, "clinic-7", "sqs:ReceiveMessage", f"{MESSAGES}-main-campus")
    assert not may(graph, "clinic-7", "sqs:SendMessage", f"{MESSAGES}-clinic-7")


def test_a_site_measures_under_its_own_name() -> None:
    graph = sites(LINED)
    for site, allowed in (("clinic-7", True), ("main-campus", False)):
        context = {"cloudwatch:namespace": f"hospital-cloud/sites/{site}"}
        assert may(graph, "clinic-7", "cloudwatch:PutMetricData", "*", **context) is allowed


def test_keys_open_through_the_stores_only() -> None:
    graph = sites(LINED)
    key = "arn:aws-cn:kms:cn-north-1:111122223333:key/k"
    through = {"kms:ViaService": "s3.cn-north-1.amazonaws.com.cn"}
    assert may(graph, "clinic-7", "kms:Decrypt", key, **through, **{"kms:ResourceAliases": ["alias/tjemc/documents"]})
    assert not may(
        graph, "clinic-7", "kms:Decrypt", key, **through, **{"kms:ResourceAliases": ["alias/tjemc/database"]}
    )
    assert not may(graph, "clinic-7", "kms:Decrypt", key, **{"kms:ResourceAliases": ["alias/tjemc/documents"]})


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_a_role_trusts_the_sites_own_authority_and_no_other(jurisdiction: str) -> None:
    graph = sites(LINED, jurisdiction)
    for site in LINED:
        (statement,) = document(named(graph, f"{site}-role"), "assumeRolePolicy")["Statement"]
        assert statement["Principal"] == {"Service": "rolesanywhere.amazonaws.com"}
        (reference,) = references_in(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
        assert graph.by_urn[reference.urn].name == f"{site}-authority"
        assert statement["Condition"]["StringLike"] == {"aws:PrincipalTag/x509Subject/CN": f"*.{site}"}


def test_without_an_authority_nobody_logs_in_and_the_site_says_so() -> None:
    graph = sites({"clinic-7": SiteConnection.NONE}, certificate_authority_pem="")
    assert not [r for r in graph.resources if "rolesanywhere" in r.type or r.name == "clinic-7-role"]
    (site,) = graph.of_type("hospital-cloud:index:EdgeSite")
    assert "no certificate authority" in site.output("identity") and site.output("roleArn") is None
    assert "silent" not in {a.name.rpartition("-")[2] for a in graph.of_type(ALARM)}, "nobody can send a heartbeat"


def test_messages_wait_fourteen_days_encrypted_and_failures_are_kept() -> None:
    graph = sites(LINED)
    for queue in graph.of_type(QUEUE):
        assert queue.get("messageRetentionSeconds") == 14 * 24 * 3600
        key = graph.target(queue, "kmsMasterKeyId")
        assert key is not None and key.type == "aws:kms/key:Key"
        assert len(queue.get("name")) <= 80
    redrive = json.loads(named(graph, "clinic-7-messages").get("redrivePolicy"))
    assert redrive["maxReceiveCount"] == 5
    assert graph.target(named(graph, "clinic-7-messages"), "redrivePolicy") == named(graph, "clinic-7-undelivered")


@pytest.mark.parametrize(("kind", "minutes", "hours"), [(SiteKind.CAMPUS, 15, 1), (SiteKind.CLINIC, 60, 24)])
def test_a_silent_site_is_missed_sooner_where_wards_are(kind: SiteKind, minutes: int, hours: int) -> None:
    graph = sites({"site": SiteConnection.SD_WAN}, kind=kind)
    silent, unfetched = named(graph, "site-silent"), named(graph, "site-unfetched")
    assert silent.get("period") * silent.get("evaluationPeriods") == minutes * 60
    assert silent.get("treatMissingData") == "breaching"
    assert unfetched.get("threshold") == hours * 3600
    topic = "arn:aws-cn:sns:cn-north-1:111122223333:tjemc-111122223333-cn-north-1-alarms"
    assert all(a.get("alarmActions") == [topic] for a in graph.of_type(ALARM))


def test_lines_end_at_one_gateway_that_tells_sites_the_network_alone() -> None:
    graph = sites(LINED)
    association = only(graph, "aws:directconnect/gatewayAssociation:GatewayAssociation")
    assert association.get("allowedPrefixes") == ["10.16.0.0/16"]
    tables = {
        t.name
        for r in graph.of_type("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation")
        if (t := graph.target(r, "routeTableId")) is not None
    }
    assert tables == {f"near-subnets-application-cn-north-1{letter}-routes" for letter in "ab"}


def test_lines_let_in_the_sites_networks_for_names_and_services_alone() -> None:
    graph = sites(LINED)
    found = {
        (rule.get("ipProtocol"), rule.get("fromPort"), rule.get("cidrIpv4"))
        for rule in graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if "sites-" in rule.name
    }
    assert found == {(protocol, port, "10.64.0.0/23") for protocol, port in (("tcp", 443), ("tcp", 53), ("udp", 53))}


def test_without_a_line_there_is_nothing_to_end_one() -> None:
    graph = sites({"clinic-7": SiteConnection.NONE})
    assert not [
        r for r in graph.resources if "directconnect" in r.type or ("Resolver" in r.type and "Endpoint" in r.type)
    ]


def test_a_virtual_interface_that_a_carrier_hands_over_is_accepted_at_the_gateway() -> None:
    graph = sites(LINED, hub={"virtual_interfaces": {"main-campus-1": "dxvif-abc"}})
    accepted = only(
        graph, "aws:directconnect/hostedPrivateVirtualInterfaceAccepter:HostedPrivateVirtualInterfaceAccepter"
    )
    assert accepted.get("virtualInterfaceId") == "dxvif-abc"
    assert graph.target(accepted, "dxGatewayId") == only(graph, "aws:directconnect/gateway:Gateway")


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_our_own_rules_find_nothing(jurisdiction: str) -> None:
    assert violations(sites(LINED, jurisdiction), jurisdiction) == []


def test_every_policy_but_the_trust_in_an_authority_can_be_read_before_deploy() -> None:
    assert undecided_policies(sites(LINED, strict=True)) == {"main-campus-role", "clinic-7-role"}


def test_a_site_costs_few_resources() -> None:
    graph = sites({f"clinic-{i}": SiteConnection.SD_WAN for i in range(5)})
    counts = {
        name: sum(1 for r in graph.resources if r.name.startswith(f"{name}-"))
        for name in (f"clinic-{i}" for i in range(5))
    }
    assert set(counts.values()) == {9}
