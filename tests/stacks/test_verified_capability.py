"""A hospital that has tried an unverified capability on its own account records it, and gets it."""

import yaml

from infra import program
from infra.judgement import engine_config, judge_stack
from infra.settings import KEY, Loaded, from_config
from policies.sources.program import record
from tests.conftest import ROOT


def with_post_quantum() -> Loaded:
    file = ROOT / "stacks" / "Pulumi.cn-tertiary.yaml"
    hospital = yaml.safe_load(file.read_text())["config"][KEY]
    row = {
        "capability": "elb.pq-tls",
        "by": "Chen Min",
        "date": "2026-11-01",
        "evidence": "describe-ssl-policies, ticket 42",
    }
    hospital["verified_capabilities"] = [
        {**row, "region": centre["region"]} for centre in hospital["data_centres"].values()
    ]
    return from_config(hospital, file=file)


def test_the_components_and_the_rules_agree_on_what_is_verified(graphs):
    loaded = with_post_quantum()
    graph = record(
        program.main,
        project="hospital-cloud",
        stack="cn-tertiary",
        jurisdiction=loaded.hospital.law,
        config=engine_config(loaded.hospital),
        root=ROOT,
    ).graph
    listeners = [r for r in graph.of_type("aws:lb/listener:Listener") if r.get("protocol") == "HTTPS"]
    assert listeners and {r.get("sslPolicy") for r in listeners} == {"ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"}
    assert judge_stack(loaded, graph).exit_code == 0
    before = {r.get("sslPolicy") for r in graphs["cn-tertiary"].of_type("aws:lb/listener:Listener")} - {None}
    assert before == {"ELBSecurityPolicy-TLS13-1-3-2021-06"}
