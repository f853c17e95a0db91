"""`make goldens`: writes the inventory of each stack anew: region, account, type, URN, one line a resource; and what each
store of class 3 and up reaches: store, kind of path, whether it stays inside, where, by which resources and inputs."""

import sys
from pathlib import Path

from policies.facts import Facts
from policies.flows.report import residency
from policies.graph import Graph

FOLDER = Path(__file__).resolve().parent / "inventories"
REACHES = Path(__file__).resolve().parent / "reaches"
COMMAND = "make goldens"


def inventory(graph: Graph) -> str:
    """What a stack consists of, in canonical order."""
    lines = [f"{r.region or '-'}\t{r.account or '-'}\t{r.urn}" for r in graph.resources]
    return "\n".join(lines) + "\n"


def reached(graph: Graph, stack: str) -> str:
    """Where the data of each store can go, in canonical order."""
    from infra.judgement import context_of
    from infra.settings import load
    from tests.conftest import ROOT

    context = context_of(load(ROOT / "stacks" / f"Pulumi.{stack}.yaml"))
    lines = []
    for store in residency(Facts(graph, context)):
        for sink in store["sinks"]:
            inside = {True: "inside", False: "outside", None: "undecided"}[sink["inside"]]
            way = " > ".join(f"{graph.by_urn[hop['urn']].name}.{hop['property']}" for hop in sink["path"])
            lines.append(f"{store['name']}\t{sink['kind']}\t{inside}\t{sink['where']}\t{way}")
    return "".join(f"{line}\n" for line in sorted(lines))


def main() -> int:
    from tests.conftest import STACKS, _record

    FOLDER.mkdir(exist_ok=True)
    REACHES.mkdir(exist_ok=True)
    for stack in STACKS:
        graph = Graph.from_json(_record(stack))
        (FOLDER / f"{stack}.tsv").write_text(inventory(graph))
        (REACHES / f"{stack}.tsv").write_text(reached(graph, stack))
        print(f"{stack}: {len(graph.resources)} resources")
    return 0


if __name__ == "__main__":
    sys.exit(main())
