"""RegionalEntry: who gets in, how, and what is written down of it."""

import json

import pytest

from components.regional_entry import TLS_CLASSICAL, TLS_POST_QUANTUM, Exposure
from policies.graph import Graph, Resource
from tests.components.clinical import CENTRES, DOMAIN, JURISDICTIONS, entry, named, unknown_documents

LISTENER = "aws:lb/listener:Listener"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
GROUP = "aws:lb/targetGroup:TargetGroup"
RULE = "aws:lb/listenerRule:ListenerRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def listeners(graph: Graph, protocol: str) -> list[Resource]:
    return [listener for listener in graph.of_type(LISTENER) if listener.get("protocol") == protocol]


def test_tls_is_post_quantum_where_offered_and_1_3_everywhere_and_says_why() -> None:
    assert {r.get("sslPolicy") for r in listeners(entry("eu"), "HTTPS")} == {TLS_POST_QUANTUM}
    china = entry("cn-mainland")
    assert {r.get("sslPolicy") for r in listeners(china, "HTTPS")} == {TLS_CLASSICAL}
    reasons = named(china, "entry").output("tlsReasons")
    assert set(reasons) == set(CENTRES["cn-mainland"])
    assert all("elb.pq-tls is unverified" in reason for reason in reasons.values())


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_http_does_nothing_but_redirect(jurisdiction: str) -> None:
    graph = entry(jurisdiction)
    plain = listeners(graph, "HTTP")
    assert {r.region for r in plain} == set(CENTRES[jurisdiction].values())
    for listener in plain:
        assert listener.get("defaultActions[0].redirect") == {
            "port": "443",
            "protocol": "HTTPS",
            "statusCode": "HTTP_301",
        }
        assert graph.referring(listener, RULE) == ()


def test_it_answers_only_for_its_own_names() -> None:
    graph = entry("eu")
    for listener in listeners(graph, "HTTPS"):
        assert listener.get("defaultActions[0].fixedResponse.statusCode") == "404"
        traffic = [
            rule for rule in graph.referring(listener, RULE) if rule.get("conditions[0].hostHeader.values") is not None
        ]
        assert [rule.get("conditions[0].hostHeader.values") for rule in traffic] == [[f"*.{DOMAIN}", DOMAIN]]


def test_a_sick_database_takes_no_target_out_but_tells_dns() -> None:
    graph = entry("eu")
    for region in CENTRES["eu"].values():
        groups = {group.get("healthCheck.path"): group for group in graph.of_type(GROUP) if group.region == region}
        assert set(groups) == {"/healthz", "/readyz/deep"}
        leading = {path: graph.referring(group, RULE) for path, group in groups.items()}
        assert [rule.get("conditions[0].hostHeader.values[1]") for rule in leading["/healthz"]] == [DOMAIN]
        (deep,) = leading["/readyz/deep"]
        assert deep.get("conditions[1].sourceIp.values[0]").endswith(".0.0/16")
        (alarm,) = graph.referring(groups["/readyz/deep"], "aws:cloudwatch/metricAlarm:MetricAlarm")
        assert alarm.get("treatMissingData") == "breaching"


def test_the_deep_check_cannot_be_called_from_outside() -> None:
    graph = entry("eu")
    by_priority = {
        rule.get("priority"): rule for rule in graph.of_type(RULE) if rule.region == CENTRES["eu"]["frankfurt"]
    }
    hidden = by_priority[20]
    assert hidden.get("conditions[0].pathPattern.values") == ["/readyz/deep"]
    assert hidden.get("actions[0].fixedResponse.statusCode") == "404"
    assert min(by_priority) == 10
    assert max(by_priority) == 30


@pytest.mark.parametrize(("data_class", "protocol"), [(2, "HTTP"), (3, "HTTPS"), (5, "HTTPS")])
def test_tls_to_the_targets_from_class_3(data_class: int, protocol: str) -> None:
    groups = list(entry("eu", data_class=data_class).of_type(GROUP))
    assert {group.get("protocol") for group in groups} == {protocol}
    assert {group.get("healthCheck.protocol") for group in groups} == {protocol}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_each_request_and_connection_is_logged_and_broken_ones_dropped(jurisdiction: str) -> None:
    for balancer in entry(jurisdiction).of_type(BALANCER):
        assert balancer.get("accessLogs.enabled") is True
        assert balancer.get("connectionLogs.enabled") is True
        assert balancer.get("accessLogs.prefix").startswith("elb/")
        assert balancer.get("connectionLogs.prefix").startswith("elb/")
        assert balancer.get("accessLogs.prefix") != balancer.get("connectionLogs.prefix")
        assert balancer.get("dropInvalidHeaderFields") is True
        assert balancer.get("desyncMitigationMode") == "strictest"
        assert balancer.get("enableWafFailOpen") is False


def test_public_is_open_on_two_ports_internal_to_named_networks_only() -> None:
    public = entry("eu")
    assert {r.get("internal") for r in public.of_type(BALANCER)} == {False}
    assert {(r.get("cidrIpv4"), r.get("fromPort")) for r in public.of_type(INGRESS)} == {
        ("0.0.0.0/0", 443),
        ("0.0.0.0/0", 80),
    }
    internal = entry("eu", exposure=Exposure.INTERNAL, client_cidrs={"a": "10.64.0.0/20", "b": "10.65.0.0/24"})
    assert {r.get("internal") for r in internal.of_type(BALANCER)} == {True}
    assert {r.get("cidrIpv4") for r in internal.of_type(INGRESS)} == {"10.64.0.0/20", "10.65.0.0/24"}


def test_an_internal_entry_nobody_may_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="client_cidrs"):
        entry("eu", exposure=Exposure.INTERNAL, client_cidrs={})


def test_requests_leave_the_balancer_to_the_target_port_inside_the_network_only() -> None:
    graph = entry("eu", target_port=31000)
    rules = list(graph.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"))
    assert {(r.get("cidrIpv4"), r.get("fromPort"), r.get("toPort")) for r in rules} == {
        ("10.16.0.0/16", 31000, 31000),
        ("10.17.0.0/16", 31000, 31000),
    }


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_a_firewall_stands_before_each_and_its_log_is_encrypted_and_kept(jurisdiction: str) -> None:
    graph = entry(jurisdiction)
    for balancer in graph.of_type(BALANCER):
        assert graph.referring(balancer, "aws:wafv2/webAclAssociation:WebAclAssociation")
    for log in graph.of_type("aws:cloudwatch/logGroup:LogGroup"):
        assert log.get("name").startswith("aws-waf-logs-")
        assert log.get("retentionInDays") >= 180
        assert graph.target(log, "kmsKeyId") is not None


def test_the_firewall_lets_documents_pass_and_samples_no_patient() -> None:
    acl = next(iter(entry("eu").of_type("aws:wafv2/webAcl:WebAcl")))
    groups = {
        rule["statement"]["managedRuleGroupStatement"]["name"]: rule["statement"]["managedRuleGroupStatement"]
        for rule in acl.get("rules")
        if "managedRuleGroupStatement" in rule["statement"]
    }
    assert len(groups) == 4
    counting = {row["name"] for row in groups["AWSManagedRulesCommonRuleSet"]["ruleActionOverrides"]}
    assert "SizeRestrictions_BODY" in counting
    assert {rule["visibilityConfig"]["sampledRequestsEnabled"] for rule in acl.get("rules")} == {False}
    priorities = [rule["priority"] for rule in acl.get("rules")]
    assert len(priorities) == len(set(priorities))


@pytest.mark.parametrize(("lifecycle", "held"), [("trial", False), ("live", True), ("retiring", False)])
def test_a_live_balancer_cannot_be_deleted(lifecycle: str, held: bool) -> None:
    graph = entry("eu", lifecycle)
    assert {r.get("enableDeletionProtection") for r in graph.of_type(BALANCER)} == {held}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_policies_are_known_at_preview_and_name_who_may(jurisdiction: str) -> None:
    graph = entry(jurisdiction, strict=True)
    assert unknown_documents(graph) == []
    for policy in graph.of_type("aws:cloudwatch/logResourcePolicy:LogResourcePolicy"):
        (statement,) = json.loads(policy.get("policyDocument"))["Statement"]
        assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
        assert "aws-waf-logs-" in statement["Resource"]


@pytest.mark.parametrize("hospital", ["ab", "tjemc", "abcdefghijkl"])
def test_names_keep_to_the_clouds_limits(hospital: str) -> None:
    graph = entry("cn-mainland", hospital=hospital)
    for resource in [*graph.of_type(BALANCER), *graph.of_type(GROUP)]:
        assert resource.get("name") is None
        assert len(resource.get("namePrefix")) <= 6
    for log in graph.of_type("aws:cloudwatch/logGroup:LogGroup"):
        assert len(log.get("name")) <= 512
