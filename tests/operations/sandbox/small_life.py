"""`python -m tests.operations.sandbox.small_life up --stack small ...`: the sandbox's own command, with a small graph in
place of a stack's, for tests that end it from outside."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from operations.sandbox import stack_graph
from operations.sandbox.commands import main
from policies.graph import Graph
from tests.operations.sandbox.graphs import small


def play() -> None:
    """Puts the small graph in the place of any stack's. Retiring lifts its protection."""

    def graph_of(file: Path, _log: Path) -> Graph:
        return small(protect="retiring" not in file.parts)

    stack_graph.graph_of = graph_of
    stack_graph.fingerprint = lambda file: hashlib.sha256(str(file).encode()).hexdigest()


if __name__ == "__main__":
    play()
    sys.exit(main(sys.argv[1:]))
