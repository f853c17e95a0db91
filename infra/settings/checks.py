"""What must fit together across a stack file. Each check reads only the parts it needs; a part that is itself wrong is
missing here, and the checks that need it are left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from infra.settings.errors import Problem


def problems(hospital: Any, today: date) -> Iterator[Problem]:
    """Everything that does not fit together."""
    yield from ()
