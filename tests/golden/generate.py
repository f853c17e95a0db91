"""`make goldens`: writes the inventory of each stack anew: region, account, type, URN, one line a resource."""

import sys
from pathlib import Path

from policies.graph import Graph

FOLDER = Path(__file__).resolve().parent / "inventories"
COMMAND = "make goldens"


def inventory(graph: Graph) -> str:
    """What a stack consists of, in canonical order."""
    lines = [f"{r.region or '-'}\t{r.account or '-'}\t{r.urn}" for r in graph.resources]
    return "\n".join(lines) + "\n"


def main() -> int:
    from tests.conftest import STACKS, _record

    FOLDER.mkdir(exist_ok=True)
    for stack in STACKS:
        graph = Graph.from_json(_record(stack))
        (FOLDER / f"{stack}.tsv").write_text(inventory(graph))
        print(f"{stack}: {len(graph.resources)} resources")
    return 0


if __name__ == "__main__":
    sys.exit(main())
