"""The picture: valid SVG, the same for the same graph, everything in it that the graph has, told in words too."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.graph import Graph
from policies.reports.picture import picture
from policies.reports.picture_plan import ELSEWHERE, MOST_REGIONS, Arrow, picture_plan
from tests.policies.reports.samples import FAR, NEAR, node, two_regions

SVG = "{http://www.w3.org/2000/svg}"


def parsed(graph: Graph) -> ElementTree.Element:
    return ElementTree.fromstring(picture(graph))  # noqa: S314  our own text


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_regions_components_and_arrows() -> None:
    root = parsed(two_regions())
    said = texts(root)
    assert "Beijing · cn-north-1" in said and "Zhongwei · cn-northwest-1" in said
    assert said.count("EncryptedStorage") == 2 and said.count("RecordDatabase") == 2
    assert "objects, in real time" in said and "database, in real time" in said and "table, in real time" in said
    assert len([p for p in root.iter(f"{SVG}path") if p.get("class") == "arrow"]) == 3


def test_arrows_go_where_the_data_go() -> None:
    plan = picture_plan(two_regions())
    assert set(plan.arrows) == {
        Arrow("EncryptedStorage", NEAR, "EncryptedStorage", FAR, "objects, in real time"),
        Arrow("RecordDatabase", NEAR, "RecordDatabase", FAR, "database, in real time"),
        Arrow("aws dynamodb", NEAR, "aws dynamodb", FAR, "table, in real time"),
    }
    assert plan.regions == (NEAR, FAR, "unknown")


def test_a_copy_into_a_region_that_a_plan_names_by_arn() -> None:
    vault = f"arn:aws-cn:backup:{FAR}:111122223333:backup-vault:copies"
    rules = [{"copyActions": [{"destinationVaultArn": vault}]}]
    plan = picture_plan(
        Graph.of([node("aws:backup/plan:Plan", "daily", rules=rules), node("aws:backup/vault:Vault", "copies", FAR)])
    )
    assert plan.arrows == (Arrow("aws backup", NEAR, "aws backup", FAR, "daily copy"),)


def test_it_is_told_in_words() -> None:
    root = parsed(two_regions())
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img" and title is not None and description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "9 resources." in str(description.text)
    assert f"From {NEAR} to {FAR}: RecordDatabase, database, in real time." in str(description.text)


def test_a_real_stack_is_drawn_whole_and_always_alike(graphs: dict[str, Graph]) -> None:
    for stack, graph in graphs.items():
        root, plan = parsed(graph), picture_plan(graph)
        said = " ".join(texts(root))
        for row in plan.rows:
            if any(region in row.cells for region in plan.regions):
                assert row.kind in said, (stack, row.kind)
        assert all(region in said for region in plan.regions)
        assert picture(graph) == picture(Graph.from_json(graph.to_json()))
    labels = {arrow.label for arrow in picture_plan(graphs["cn-tertiary"]).arrows}
    assert {"objects, in real time", "database, in real time", "daily copy", "peering"} <= labels


def test_everything_stands_inside_the_picture(graphs: dict[str, Graph]) -> None:
    for graph in (two_regions(), *graphs.values()):
        root = parsed(graph)
        width, height = float(root.get("width", 0)), float(root.get("height", 0))
        for box in root.iter(f"{SVG}rect"):
            x, y = float(box.get("x", 0)), float(box.get("y", 0))
            assert x >= 0 and y >= 0
            assert x + float(box.get("width", 0)) <= width and y + float(box.get("height", 0)) <= height


def test_cards_of_one_region_do_not_overlap(graphs: dict[str, Graph]) -> None:
    for graph in (two_regions(), *graphs.values()):
        cards: dict[float, list[tuple[float, float]]] = {}
        for box in parsed(graph).iter(f"{SVG}rect"):
            if box.get("class") == "card":
                top = float(box.get("y", 0))
                cards.setdefault(float(box.get("x", 0)), []).append((top, top + float(box.get("height", 0))))
        for column in cards.values():
            column.sort()
            assert all(first[1] < second[0] for first, second in pairwise(column))


def test_many_regions_share_the_last_column() -> None:
    graph = Graph.of([node("aws:sqs/queue:Queue", f"{r}-{n}", f"eu-west-{r}") for r in range(9) for n in range(9 - r)])
    plan = picture_plan(graph)
    assert len(plan.regions) == MOST_REGIONS and plan.regions[-1] == ELSEWHERE
    assert sum(plan.by_region.values()) == plan.count == 45
    parsed(graph)


def test_no_resources_no_picture() -> None:
    assert picture(Graph.of([])) == ""


NAMES = st.text(max_size=60) | st.sampled_from(["<script>", '"/>', "]]>", "\x00\x0b", "名" * 40, "&amp;"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=1, max_size=5))
def test_any_names_give_valid_svg(rows: list[tuple[str, str, str]]) -> None:
    resources = []
    for number, (kind, name, region) in enumerate(rows):
        component = node(f"hospital-cloud:index:{kind}", f"{name}{number}", None)
        resources += [component, node("aws:sqs/queue:Queue", f"{name}{number}", region or None, component.urn)]
    root = parsed(Graph.of(resources, stack=rows[0][0]))
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "title", "desc", "style", "defs", "marker", "path", "rect", "text", "g"}
