"""`python -m tests.truth.check GRAPH.json`: hold a graph's arguments against the SDK, the provider, the service models.

Reads a graph's JSON form (`-` is standard input) and prints one line a problem. Exit: 1 if there is any, 2 for bad
input, else 0.
`--only sdk|terraform|botocore` runs one check.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from policies.graph import Graph, Resource
from tests.truth import botocore_models, sdk_types, terraform_schema

CHECKS: Mapping[str, Callable[[Resource], list[str]]] = {
    "sdk": sdk_types.problems,
    "terraform": terraform_schema.problems,
    "botocore": botocore_models.problems,
}


def main(words: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.truth.check", description=__doc__.splitlines()[0])
    parser.add_argument("graph", help="a graph's JSON; - reads standard input")
    parser.add_argument("--only", choices=sorted(CHECKS))
    given = parser.parse_args(words)
    try:
        text = sys.stdin.read() if given.graph == "-" else Path(given.graph).read_text(encoding="utf-8")
        graph = Graph.from_json(json.loads(text))
    except (OSError, ValueError) as error:
        print(f"{given.graph}: {error}", file=sys.stderr)
        return 2
    chosen = [given.only] if given.only else list(CHECKS)
    found = 0
    for resource in graph.resources:
        for name in chosen:
            for line in CHECKS[name](resource):
                found += 1
                place = f" [{resource.component or resource.source}]" if resource.component or resource.source else ""
                print(f"{name}: {line}{place}")
    print(f"{len(graph.resources)} resources, {found} problems ({', '.join(chosen)})", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
