"""Names that other people's machines depend on: type tokens, logical names, AWS's length limits."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from policies.graph import Graph, is_known

ROOT = Path(__file__).resolve().parents[2]
LIMITS = {
    # type: (input, longest) from the service models and guides
    "aws:s3/bucket:Bucket": ("bucket", 63),
    "aws:iam/role:Role": ("name", 64),
    "aws:lb/loadBalancer:LoadBalancer": ("name", 32),
    "aws:lb/targetGroup:TargetGroup": ("name", 32),
    "aws:eks/cluster:Cluster": ("name", 100),
    "aws:rds/cluster:Cluster": ("clusterIdentifier", 63),
    "aws:rds/instance:Instance": ("identifier", 63),
    "aws:backup/vault:Vault": ("name", 50),
    "aws:sns/topic:Topic": ("name", 256),
    "aws:sqs/queue:Queue": ("name", 80),
    "aws:dynamodb/table:Table": ("name", 255),
    "aws:cloudwatch/logGroup:LogGroup": ("name", 512),
    "aws:sfn/stateMachine:StateMachine": ("name", 80),
}
LONGEST_SUFFIX = 8  # the engine appends a dash and 7 characters to the names it makes up


def test_each_component_has_the_one_form_of_token():
    for path in sorted((ROOT / "components").glob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any("ComponentResource" in ast.unparse(b) for b in node.bases):
                assert f'"hospital-cloud:index:{node.name}"' in path.read_text(), f"{path.name}: {node.name}"


def test_logical_names_are_unique_and_stable(graphs):
    for stack, graph in graphs.items():
        twice = [k for k, n in Counter((r.type, r.name) for r in graph.resources).items() if n > 1]
        assert not twice, f"{stack}: {twice}"
        odd = [r.name for r in graph.resources if not re.fullmatch(r"[a-z0-9][a-zA-Z0-9_.-]*", r.name)]
        assert not odd, f"{stack}: {odd}"


@pytest.mark.parametrize("stack", ["cn-tertiary", "cn-county-alliance", "cn-clinic", "eu-university", "dev"])
def test_names_fit_the_clouds_limits(graphs, stack: str):
    graph: Graph = graphs[stack]
    bad = []
    for resource in graph.resources:
        name_input, longest = LIMITS.get(resource.type, (None, 0))
        stated = resource.get(name_input) if name_input else None
        if isinstance(stated, str) and is_known(stated) and len(stated) > longest:
            bad.append(f"{resource.name}: {stated} has {len(stated)} characters, allowed {longest}")
        if name_input and stated is None and resource.get("namePrefix") is None:
            made_up = len(resource.name) + LONGEST_SUFFIX
            if made_up > longest:
                bad.append(f"{resource.name}: the engine's name would have {made_up} characters, allowed {longest}")
    assert not bad, "\n".join(bad)
