"""Known gaps: a reviewed list of what an emulator cannot answer. What is on it is shown as not checked, with its reason;
it never counts as passed. A row that nothing needs any more is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml

from operations.verify.registry import all_checks
from policies.results import Finding, Verdict

LARGEST_BYTES: Final = 1024 * 1024
_KEYS: Final = ("type", "check", "asked", "name", "reason")
_REQUIRED: Final = ("type", "check", "reason")


class BadGaps(ValueError):
    """The list cannot be used; the text has a sentence for each row that is wrong."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One row: this check of this type cannot be decided there. Two patterns narrow it: `asked` to a part of the check
    (`* SseKmsEncryptedObjects`), `name` to resources of such names."""

    type: str
    check: str
    reason: str
    asked: str = "*"
    name: str = "*"

    def covers(self, finding: Finding) -> bool:
        """Whether the row speaks of this finding."""
        return (
            (finding.type, finding.rule) == (self.type, self.check)
            and fnmatchcase(finding.property, self.asked)
            and fnmatchcase(finding.name, self.name)
        )


def read_gaps(file: Path) -> tuple[Gap, ...]:
    """The rows of a YAML file. Raises BadGaps."""
    try:
        with file.open("rb") as stream:
            text = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise BadGaps(f"{file} cannot be read: {error.strerror}") from None
    if len(text) > LARGEST_BYTES:
        raise BadGaps(f"{file} is larger than {LARGEST_BYTES >> 20} MiB")
    try:
        rows = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadGaps(f"{file} is not YAML: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(rows, list):
        raise BadGaps(f"{file} is no list; wanted: a list of rows with type, check, reason")
    problems = [f"{file}: row {n}: {said}" for n, row in enumerate(rows, 1) for said in _problems(row)]
    if problems:
        raise BadGaps("\n".join(problems))
    return tuple(Gap(**{key: str(row[key]) for key in _KEYS if key in row}) for row in rows)


def _problems(row: Any) -> Iterable[str]:
    if not isinstance(row, Mapping):
        yield "is no mapping; wanted: type, check, reason"
        return
    strange = [str(key)[:100] for key in row if key not in _KEYS]
    if strange:
        yield f"{strange[0]!r} is no key of a row; allowed: {', '.join(_KEYS)}"
    missing = [key for key in _REQUIRED if not isinstance(row.get(key), str) or not str(row[key]).strip()]
    missing += [key for key in ("asked", "name") if not isinstance(row.get(key, ""), str)]
    if missing:
        yield f"{missing[0]} is missing or no text"
        return
    known = {check.id: check.types for check in all_checks()}
    if row["check"] not in known:
        yield f"there is no check {row['check'][:100]!r}; allowed: {', '.join(known)}"
    elif row["type"] not in known[row["check"]]:
        yield f"{row['check']} does not check {row['type'][:100]!r}; allowed: {', '.join(known[row['check']])}"


def without_gaps(findings: Sequence[Finding], gaps: Sequence[Gap]) -> tuple[list[Finding], list[str]]:
    """The findings with those that a gap covers shown as not checked, and notes: what was not checked and why, which rows
    were not needed. A pass stays a pass."""
    needed: Counter[Gap] = Counter()
    judged = []
    for finding in findings:
        gap = _gap_of(finding, gaps)
        if gap is not None:
            needed[gap] += 1
            finding = replace(finding, verdict=Verdict.WAIVED, found=f"not checked: {gap.reason}", remedy="")
        judged.append(finding)
    notes = [f"not checked: {g.check} of {n} {g.type}: {g.reason}" for g, n in needed.items()]
    notes += [
        f"a known gap is not needed any more, remove its row: {gap.check} of {gap.type}"
        for gap in gaps
        if gap not in needed and any(gap.covers(finding) for finding in findings)
    ]
    return judged, notes


def _gap_of(finding: Finding, gaps: Sequence[Gap]) -> Gap | None:
    if finding.verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
        return None
    return next((gap for gap in gaps if gap.covers(finding)), None)
