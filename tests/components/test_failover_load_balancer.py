"""FailoverLoadBalancer: one name over two regions, and what turns it."""

import pytest

from components.entry_domain import ZoneOrigin
from components.failover_load_balancer import ICP_TAG
from components.failover_records import DataCentreRole
from components.regional_entry import Exposure
from policies.graph import Graph, Resource
from tests.components.clinical import CENTRES, DOMAIN, ICP, JURISDICTIONS, entry, named

RECORD = "aws:route53/record:Record"
CHECK = "aws:route53/healthCheck:HealthCheck"
ZONE = "aws:route53/zone:Zone"
CERTIFICATE = "aws:acm/certificate:Certificate"


def records(graph: Graph, name: str) -> list[Resource]:
    return [record for record in graph.of_type(RECORD) if record.get("name") == name]


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_clinical_name_leads_to_the_writing_region_and_to_the_standby_when_it_cannot(jurisdiction: str) -> None:
    graph = entry(jurisdiction)
    primary, standby = CENTRES[jurisdiction]
    found = {r.get("setIdentifier"): r for r in records(graph, DOMAIN)}
    assert {key: r.get("failoverRoutingPolicies[0].type") for key, r in found.items()} == {
        primary: "PRIMARY",
        standby: "SECONDARY",
    }
    for key, record in found.items():
        assert record.get("aliases[0].evaluateTargetHealth") is True
        check = graph.target(record, "healthCheckId")
        assert check is not None
        assert check.get("fqdn") == f"{key}.{DOMAIN}"


def test_the_check_from_outside_speaks_no_tls_and_is_seen_within_30_seconds() -> None:
    for check in entry("eu").of_type(CHECK):
        assert check.get("type") == "TCP"
        assert check.get("port") == 443
        assert check.get("requestInterval") * check.get("failureThreshold") <= 30


def test_an_internal_entry_hangs_on_its_balancers_health_alone() -> None:
    graph = entry("eu", exposure=Exposure.INTERNAL)
    assert list(graph.of_type(CHECK)) == []
    for record in records(graph, DOMAIN):
        assert record.get("aliases[0].evaluateTargetHealth") is True


def test_each_region_has_a_name_and_shared_names_lead_to_the_nearest() -> None:
    graph = entry("eu", latency_names={"viewer": "viewer"})
    for key in CENTRES["eu"]:
        (own,) = records(graph, f"{key}.{DOMAIN}")
        assert own.get("setIdentifier") is None
    shared = records(graph, f"viewer.{DOMAIN}")
    assert {r.get("latencyRoutingPolicies[0].region") for r in shared} == set(CENTRES["eu"].values())
    assert all(r.get("failoverRoutingPolicies") is None for r in shared)


def test_urls_are_known_before_deploy() -> None:
    urls = named(entry("eu", strict=True, latency_names={"viewer": "viewer"}), "entry").output("urls")
    assert urls == {
        "clinical": f"https://{DOMAIN}",
        "frankfurt": f"https://frankfurt.{DOMAIN}",
        "dublin": f"https://dublin.{DOMAIN}",
        "viewer": f"https://viewer.{DOMAIN}",
    }


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_one_proof_for_the_certificates_of_all_regions(jurisdiction: str) -> None:
    graph = entry(jurisdiction)
    certificates = list(graph.of_type(CERTIFICATE))
    assert {c.region for c in certificates} == set(CENTRES[jurisdiction].values())
    for certificate in certificates:
        assert certificate.get("domainName") == DOMAIN
        assert certificate.get("subjectAlternativeNames") == [f"*.{DOMAIN}"]
    proofs = [r for r in graph.of_type(RECORD) if r.name.endswith("-proof")]
    assert len(proofs) == 1
    for listener in graph.of_type("aws:lb/listener:Listener"):
        if listener.get("protocol") == "HTTPS":
            issued = graph.target(listener, "certificateArn")
            assert issued is not None
            assert issued.region == listener.region


def test_an_existing_zone_is_used_and_none_is_made() -> None:
    graph = entry("eu", hosted_zone=ZoneOrigin.EXISTING, hosted_zone_id="Z123")
    assert list(graph.of_type(ZONE)) == []
    assert {r.get("zoneId") for r in graph.of_type(RECORD)} == {"Z123"}
    assert named(graph, "entry").output("nameServers") == []


def test_the_proof_for_a_private_zone_stands_in_a_public_one() -> None:
    private = {"hosted_zone": ZoneOrigin.EXISTING, "hosted_zone_id": "ZPRIVATE", "exposure": Exposure.INTERNAL}
    made = entry("eu", **private)
    assert graph_zone_of_proof(made) is not None
    assert {r.get("zoneId") for r in records(made, DOMAIN)} == {"ZPRIVATE"}
    named_zone = entry("eu", proof_zone_id="ZPUBLIC", **private)
    assert list(named_zone.of_type(ZONE)) == []
    assert named(named_zone, "-proof").get("zoneId") == "ZPUBLIC"


def graph_zone_of_proof(graph: Graph) -> Resource | None:
    return graph.target(named(graph, "domain-proof"), "zoneId")


@pytest.mark.parametrize(("lifecycle", "held"), [("trial", False), ("live", True), ("retiring", False)])
def test_a_live_zone_is_protected(lifecycle: str, held: bool) -> None:
    assert {zone.protect for zone in entry("eu", lifecycle).of_type(ZONE)} == {held}


def test_one_region_is_enough_and_can_become_two_without_a_new_name() -> None:
    alone, both = entry("eu", centres=1), entry("eu", centres=2)
    assert {r.urn for r in alone.resources} < {r.urn for r in both.resources}
    (record,) = records(alone, DOMAIN)
    assert record.get("failoverRoutingPolicies[0].type") == "PRIMARY"


def test_public_in_china_needs_the_icp_filing_and_shows_it() -> None:
    with pytest.raises(ValueError, match="icp_filing_number"):
        entry("cn-mainland", icp_filing_number="")
    graph = entry("cn-mainland")
    tagged = [*graph.of_type(ZONE), *graph.of_type("aws:lb/loadBalancer:LoadBalancer")]
    assert {resource.tags.get(ICP_TAG) for resource in tagged} == {ICP}
    entry("cn-mainland", exposure=Exposure.INTERNAL, icp_filing_number="")
    entry("eu", icp_filing_number="")


def test_what_dns_cannot_say_is_refused_by_a_sentence() -> None:
    with pytest.raises(ValueError, match="no DNS label"):
        entry("eu", latency_names={"viewer": "View_er"})
    with pytest.raises(ValueError, match="two things"):
        entry("eu", latency_names={"viewer": "dublin"})
    with pytest.raises(ValueError, match="hosted_zone_id"):
        entry("eu", hosted_zone=ZoneOrigin.EXISTING)
    with pytest.raises(ValueError, match="one primary"):
        entry("eu", data_centres={})
    standby = {"region": "eu-west-1", "role": DataCentreRole.STANDBY}
    with pytest.raises(ValueError, match="one primary"):
        entry("eu", data_centres={"a": standby, "b": standby})


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
@pytest.mark.parametrize("strict", [False, True])
def test_every_child_has_provider_and_parent_and_names_are_stable(jurisdiction: str, strict: bool) -> None:
    graph = entry(jurisdiction, strict=strict)
    for resource in graph.resources:
        if resource.custom and not resource.type.startswith("pulumi:"):
            assert resource.provider, resource.name
            assert resource.parent, resource.name
    assert [r.urn for r in graph.resources] == [r.urn for r in entry(jurisdiction).resources]
