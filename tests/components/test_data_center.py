"""DataCenter: stores have no way out, applications a list, nobody resolves another name, and everything is written down."""

import ipaddress
from itertools import combinations

import pytest

from components.network_plan import SubnetTier, subnet_cidrs, summary
from policies.graph import Graph, Resource, Unknown
from tests.components.accounts import REGIONS, document, named
from tests.components.iam_evaluation import decision
from tests.components.networks import ALLOWED, centre, only, undecided_policies, violations

ROUTE, SUBNET, TABLE = "aws:ec2/route:Route", "aws:ec2/subnet:Subnet", "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
FIREWALL, NAT = "aws:networkfirewall/firewall:Firewall", "aws:ec2/natGateway:NatGateway"
INTERNET, ENDPOINT = "aws:ec2/internetGateway:InternetGateway", "aws:ec2/vpcEndpoint:VpcEndpoint"
DOMAINS = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList"
ZONES = {"cn-mainland": ["cn-north-1a", "cn-north-1b"]}


def table_of(graph: Graph, subnet: Resource) -> Resource:
    (association,) = graph.referring(subnet, ASSOCIATION)
    table = graph.target(association, "routeTableId")
    assert table is not None
    return table


def routes_of(graph: Graph, subnet: Resource) -> dict[str, Resource | None]:
    """Destination -> where it leads."""
    return {
        r.get("destinationCidrBlock"): _leads_to(graph, r)
        for r in graph.referring(table_of(graph, subnet), ROUTE, path="routeTableId")
    }


def _leads_to(graph: Graph, route: Resource) -> Resource | None:
    (path,) = [p for p in ("gatewayId", "natGatewayId", "vpcEndpointId", "transitGatewayId") if route.get(p)]
    value = route.get(path)
    if isinstance(value, Unknown):
        (reference,) = value.references
        return graph.by_urn[reference.urn]
    return graph.target(route, path)


def subnets(graph: Graph, tier: str) -> dict[str, Resource]:
    """Zone -> subnet of a tier."""
    return {s.get("availabilityZone"): s for s in graph.of_type(SUBNET) if f"-{tier}-" in s.name}


# --- addresses


@pytest.mark.parametrize("cidr", ["10.16.0.0/16", "10.16.0.0/18", "172.20.16.0/20"])
def test_no_two_subnets_overlap_and_none_lies_outside(cidr: str) -> None:
    plan = subnet_cidrs(cidr, [f"x{letter}" for letter in "abcdefgh"])
    parts = [ipaddress.ip_network(part) for zones in plan.values() for part in zones.values()]
    assert not [pair for pair in combinations(parts, 2) if pair[0].overlaps(pair[1])]
    assert all(part.subnet_of(ipaddress.ip_network(cidr)) for part in parts)
    assert all(part.prefixlen <= 28 for part in parts), "AWS takes nothing under /28"


def test_a_zone_that_is_added_moves_no_subnet() -> None:
    before, after = (subnet_cidrs("10.16.0.0/16", zones) for zones in (["xa", "xd"], ["xa", "xb", "xd"]))
    for tier in SubnetTier:
        assert before[tier].items() <= after[tier].items()


@pytest.mark.parametrize("cidr", ["10.16.0.0/15", "10.16.0.0/24"])
def test_a_network_that_cannot_be_cut_is_refused(cidr: str) -> None:
    with pytest.raises(ValueError, match="/16 to /20"):
        subnet_cidrs(cidr, ["xa", "xb"])


def test_two_zones_of_one_letter_are_refused() -> None:
    with pytest.raises(ValueError, match="letter"):
        subnet_cidrs("10.16.0.0/16", ["cn-north-1a", "cn-north-1-pkx-1a"])


def test_networks_are_summed_up_exactly_where_that_is_few_enough_and_wider_where_not() -> None:
    sites = [f"10.64.{i}.0/24" for i in range(0, 64, 2)]
    assert summary(["10.64.0.0/24", "10.64.1.0/24", "10.70.0.0/20"], 25) == ["10.64.0.0/23", "10.70.0.0/20"]
    wider = [ipaddress.ip_network(r) for r in summary(sites, 25)]
    assert len(wider) <= 25
    assert all(any(ipaddress.ip_network(s).subnet_of(r) for r in wider) for s in sites)


# --- ways out


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_without_a_list_there_is_no_way_out_at_all(jurisdiction: str) -> None:
    graph = centre(jurisdiction)
    assert not list(graph.of_type(INTERNET, NAT, FIREWALL, ROUTE))


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_each_zone_calls_out_through_its_own_firewall_endpoint_and_is_answered_through_it(jurisdiction: str) -> None:
    graph = centre(jurisdiction, egress_allow_list=ALLOWED)
    firewall = only(graph, FIREWALL)
    applications, inner, outer = (subnets(graph, tier) for tier in ("application", "firewall", "nat"))
    assert len(applications) == len(inner) == len(outer) == len(ZONES.get(jurisdiction, "abc"))
    for zone, subnet in applications.items():
        assert routes_of(graph, subnet) == {"0.0.0.0/0": firewall}
        nat = routes_of(graph, inner[zone])["0.0.0.0/0"]
        assert nat is not None and nat.type == NAT and graph.target(nat, "subnetId") == outer[zone]
        assert routes_of(graph, outer[zone]) == {
            "0.0.0.0/0": only(graph, INTERNET),
            subnet.get("cidrBlock"): firewall,
        }


def test_a_small_data_centre_has_one_way_out_for_all_zones_and_still_no_open_one() -> None:
    graph = centre(egress_allow_list=ALLOWED, egress_per_zone=False)
    assert len(list(graph.of_type(NAT))) == 1
    (outer,) = subnets(graph, "nat").values()
    applications = subnets(graph, "application").values()
    firewall = only(graph, FIREWALL)
    assert {s.get("cidrBlock") for s in applications} | {"0.0.0.0/0"} == set(routes_of(graph, outer))
    assert all(routes_of(graph, s) == {"0.0.0.0/0": firewall} for s in applications)


def test_stores_and_attachments_lead_nowhere_whatever_is_allowed() -> None:
    graph = centre(egress_allow_list=ALLOWED, public_entry=True, transit=True)
    for tier in ("data", "attachment"):
        assert [routes_of(graph, s) for s in subnets(graph, tier).values()] == [{}, {}]


def test_a_public_entry_opens_the_public_subnets_alone() -> None:
    graph = centre(public_entry=True)
    gateway = only(graph, INTERNET)
    assert [routes_of(graph, s) for s in subnets(graph, "public").values()] == [{"0.0.0.0/0": gateway}] * 2
    assert len(list(graph.of_type(ROUTE))) == 1
    assert not any(s.get("mapPublicIpOnLaunch") for s in graph.of_type(SUBNET))


def test_the_firewall_drops_what_is_not_tls_and_names_not_on_the_list() -> None:
    graph = centre(egress_allow_list=ALLOWED)
    policy = only(graph, "aws:networkfirewall/firewallPolicy:FirewallPolicy").get("firewallPolicy")
    assert policy["statelessDefaultActions"] == policy["statelessFragmentDefaultActions"] == ["aws:drop"]
    assert "aws:drop_established" in policy["statefulDefaultActions"]
    assert policy["statefulEngineOptions"]["ruleOrder"] == "STRICT_ORDER"
    domains = named(graph, "-domains").get("ruleGroup.rulesSource.rulesSourceList")
    assert domains["generatedRulesType"] == "ALLOWLIST" and domains["targetTypes"] == ["TLS_SNI"]
    assert domains["targets"] == sorted(ALLOWED)
    rules = named(graph, "-tls-only").get("ruleGroup.rulesSource.statelessRulesAndCustomActions.statelessRules")
    for rule in rules:
        match = rule["ruleDefinition"]["matchAttributes"]
        assert match["protocols"] == [6]
        assert {"fromPort": 443, "toPort": 443} in [*match["sourcePorts"], *match["destinationPorts"]]


def test_nothing_leads_to_the_firewall_before_it_writes_down_what_it_refuses() -> None:
    graph = centre(egress_allow_list=ALLOWED)
    logging = only(graph, "aws:networkfirewall/loggingConfiguration:LoggingConfiguration")
    assert {c["logType"] for c in logging.get("loggingConfiguration.logDestinationConfigs")} == {"ALERT", "FLOW"}
    led = [r for r in graph.of_type(ROUTE) if r.get("vpcEndpointId") is not None]
    assert led and all(logging.urn in r.depends_on for r in led)


# --- names


def test_only_the_clouds_names_the_lists_and_the_hospitals_own_are_resolved() -> None:
    graph = centre(egress_allow_list=ALLOWED, own_domains=["records.tjemc.example"])
    allowed, others = named(graph, "-allowed"), named(graph, "-others")
    assert others.get("domains") == ["*."]
    assert {"api.insurance.example.", "mirror.example.", "*.mirror.example.", "records.tjemc.example."} <= set(
        allowed.get("domains")
    )
    assert "*.amazonaws.com.cn." in allowed.get("domains") and len(allowed.get("domains")) <= 255
    allow, block = named(graph, "names-allow"), named(graph, "names-block")
    assert allow.get("priority") < block.get("priority")
    assert (allow.get("action"), block.get("action")) == ("ALLOW", "BLOCK")
    association = named(graph, "names-association")
    assert {allow.urn, block.urn} <= set(association.depends_on), "a group with half its rules would block all names"


def test_a_closed_network_resolves_nothing_foreign_either() -> None:
    assert {n.rstrip(".").rpartition(".")[2] for n in named(centre(), "-allowed").get("domains")} == {
        "api",
        "arpa",
        "aws",
        "cn",
        "com",
        "internal",
    } - {"api"}


# --- endpoints


def test_endpoints_bear_the_names_of_the_partition() -> None:
    graph = centre(endpoints=["ecr.api", "kms", "s3"])
    names = {e.get("serviceName"): e.get("vpcEndpointType") for e in graph.of_type(ENDPOINT)}
    assert names == {
        "com.amazonaws.cn-north-1.dynamodb": "Gateway",
        "com.amazonaws.cn-north-1.s3": "Gateway",
        "cn.com.amazonaws.cn-north-1.ecr.api": "Interface",
        "cn.com.amazonaws.cn-north-1.s3": "Interface",
        "com.amazonaws.cn-north-1.kms": "Interface",
    }


def test_an_endpoint_that_the_region_lacks_is_left_out_and_named() -> None:
    graph = centre(endpoints=["elasticloadbalancing", "kms"])
    assert not [e for e in graph.of_type(ENDPOINT) if e.name.endswith("elasticloadbalancing")]
    (made,) = graph.of_type("hospital-cloud:index:DataCenter")
    assert made.output("endpointsLeftOut") == ["elasticloadbalancing"]


def test_an_endpoint_that_the_region_has_is_made() -> None:
    assert named(centre("eu", endpoints=["elasticloadbalancing"]), "endpoints-elasticloadbalancing")


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
def test_an_endpoint_is_no_way_out_for_foreign_credentials(jurisdiction: str) -> None:
    graph = centre(jurisdiction, trusted_account_ids=["444455556666"])
    partition = "aws-cn" if jurisdiction == "cn-mainland" else "aws"
    policy = document(named(graph, "gateway-s3"))
    own = {"aws:PrincipalAccount": "111122223333"}
    for account, wanted in (("111122223333", "allow"), ("444455556666", "allow"), ("999999999999", "nothing")):
        reached = decision(
            [policy], "s3:PutObject", f"arn:{partition}:s3:::some-bucket/key", {**own, "aws:ResourceAccount": account}
        )
        assert reached == wanted, account
    foreign = {"aws:PrincipalAccount": "999999999999", "aws:ResourceAccount": "111122223333"}
    assert decision([policy], "s3:GetObject", f"arn:{partition}:s3:::some-bucket/key", foreign) == "nothing"
    for endpoint in graph.of_type(ENDPOINT):
        if endpoint.get("vpcEndpointType") == "Interface":
            service = endpoint.name.rpartition("-")[2]
            action = {"monitoring": "cloudwatch:PutMetricData"}.get(service, f"{service}:Anything")
            assert decision([document(endpoint)], action, "*", {"aws:PrincipalAccount": "999999999999"}) == "nothing"
            assert decision([document(endpoint)], action, "*", own) == "allow", endpoint.name


def test_images_of_containers_are_pulled_without_the_internet() -> None:
    policy = document(named(centre(), "gateway-s3"))
    layer = "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/x"
    assert decision([policy], "s3:GetObject", layer, {}) == "allow"
    assert decision([policy], "s3:PutObject", layer, {}) == "nothing"


def test_the_network_alone_may_call_the_endpoints() -> None:
    graph = centre()
    (rule,) = graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (rule.get("cidrIpv4"), rule.get("fromPort"), rule.get("toPort")) == ("10.16.0.0/16", 443, 443)


# --- logs and promises that hold by lifecycle


@pytest.mark.parametrize(("jurisdiction", "days"), [("cn-mainland", 180), ("eu", 365)])
def test_flows_are_logged_encrypted_for_as_long_as_the_law_asks(jurisdiction: str, days: int) -> None:
    graph = centre(jurisdiction, egress_allow_list=ALLOWED)
    flow = only(graph, "aws:ec2/flowLog:FlowLog")
    assert flow.get("trafficType") == "ALL" and graph.target(flow, "vpcId") == only(graph, "aws:ec2/vpc:Vpc")
    groups = list(graph.of_type("aws:cloudwatch/logGroup:LogGroup"))
    assert len(groups) == 3
    for group in groups:
        assert group.get("retentionInDays") == days
        key = graph.target(group, "kmsKeyId")
        assert key is not None and key.type == "aws:kms/key:Key"


def test_the_flow_log_writes_to_its_own_log_group_and_nowhere_else() -> None:
    policy = document(named(centre(), "logs-writer-policy"))
    group = "arn:aws-cn:logs:cn-north-1:111122223333:log-group:tjemc-111122223333-cn-north-1-vpc-flows"
    assert decision([policy], "logs:PutLogEvents", f"{group}:log-stream:x", {}) == "allow"
    assert decision([policy], "logs:PutLogEvents", f"{group}-other:log-stream:x", {}) == "nothing"


@pytest.mark.parametrize(("lifecycle", "held"), [("live", True), ("retiring", False), ("trial", False)])
def test_logs_firewall_and_filter_are_held_fast_while_live(lifecycle: str, held: bool) -> None:
    graph = centre(lifecycle=lifecycle, egress_allow_list=ALLOWED)
    assert {g.protect for g in graph.of_type("aws:cloudwatch/logGroup:LogGroup")} == {held}
    assert only(graph, FIREWALL).get("deleteProtection") is held
    assert named(graph, "names-association").get("mutationProtection") == ("ENABLED" if held else "DISABLED")


def test_the_default_security_group_is_closed() -> None:
    group = only(centre(), "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert not group.get("ingress") and not group.get("egress")


@pytest.mark.parametrize("jurisdiction", sorted(REGIONS))
@pytest.mark.parametrize("shape", [{}, {"egress_allow_list": ALLOWED, "public_entry": True, "transit": True}])
def test_our_own_rules_find_nothing(jurisdiction: str, shape: dict[str, object]) -> None:
    assert violations(centre(jurisdiction, **shape), jurisdiction) == []


def test_every_policy_can_be_read_before_deploy() -> None:
    graph = centre(strict=True, egress_allow_list=ALLOWED, public_entry=True, transit=True)
    assert undecided_policies(graph) == set()


@pytest.mark.parametrize("count", [1, 4])
def test_a_number_of_zones_that_cannot_be_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="2 to 2"):
        centre(zone_count=count)


def test_two_zones_are_the_regions_first_two() -> None:
    assert sorted(subnets(centre(zone_count=2), "data")) == ["cn-north-1a", "cn-north-1b"]
