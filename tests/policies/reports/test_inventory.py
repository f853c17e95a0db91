"""What a graph holds, counted."""

from policies.graph import Graph
from policies.reports.inventory import LOOSE, inventory
from tests.policies.reports.samples import FAR, NEAR, node, two_regions, urn


def test_counts_leave_out_components_and_providers() -> None:
    found = inventory(two_regions())
    assert found["count"] == 9
    assert found["by_region"] == {NEAR: 5, FAR: 2, "global": 1, "unknown": 1}
    assert found["by_type"]["aws:s3/bucket:Bucket"] == 2
    assert not any(type_token.startswith(("hospital-cloud:", "pulumi:")) for type_token in found["by_type"])


def test_the_tree_counts_what_is_below_and_what_is_its_own() -> None:
    tree = {row["name"]: row for row in inventory(two_regions())["tree"]}
    assert set(tree) == {"images", "database", LOOSE}
    images = tree["images"]
    assert (images["type"], images["count"], images["by_region"]) == (
        "EncryptedStorage",
        5,
        {NEAR: 3, FAR: 1, "global": 1},
    )
    assert "aws:kms/key:Key" not in images["own"]
    (key,) = images["components"]
    assert (key["name"], key["count"], key["own"]) == ("images-key", 1, {"aws:kms/key:Key": 1})
    assert tree[LOOSE]["count"] == 2


def test_every_resource_is_counted_once_in_the_tree_of_a_real_stack(graphs: dict[str, Graph]) -> None:
    for graph in graphs.values():
        found = inventory(graph)
        assert sum(top["count"] for top in found["tree"]) == found["count"]
        assert sum(found["by_region"].values()) == sum(found["by_type"].values()) == found["count"]


def test_deep_and_circular_parents_end() -> None:
    component = "hospital-cloud:index:Box"
    deep = [node(component, str(n), None, urn(component, str(n - 1)) if n else None) for n in range(3000)]
    bottom = node("aws:sqs/queue:Queue", "bottom", NEAR, urn(component, "2999"))
    assert inventory(Graph.of([*deep, bottom]))["count"] == 1
    circle = [node(component, a, None, urn(component, b)) for a, b in (("a", "b"), ("b", "a"))]
    assert inventory(Graph.of(circle))["tree"] == []


def test_nothing() -> None:
    assert inventory(Graph.of([])) == {"count": 0, "by_region": {}, "by_type": {}, "tree": []}
