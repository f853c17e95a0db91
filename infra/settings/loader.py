"""A stack file, or the same settings as the engine hands them over -> `Loaded`, or every error at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as File
from typing import Any

from pydantic import ValidationError

from infra.settings import checks, draft, sentences
from infra.settings.bounds import bounded, from_json
from infra.settings.errors import Path, Problem, StackError, StackFileErrors, did_you_mean, dotted, listed, plain, shown
from infra.settings.model import Hospital
from infra.settings.yaml_lines import LARGEST_BYTES, Mark, NotYaml, Parsed, parse

PROJECT = "hospital-cloud"
KEY = f"{PROJECT}:hospital"
"""Where the hospital's settings stand under `config:`."""
_ABOVE: Path = ("config", KEY)
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A hospital with the places of its values, so that what is found later can name file and line too."""

    hospital: Hospital
    file: str | None
    lines: Mapping[Path, Mark] = field(repr=False)

    def line_of(self, path: Path | str) -> int | None:
        """The line of a path such as `data_centres.beijing.region`, or of its nearest ancestor that has one."""
        mark = _mark_of(self.lines, tuple(path.split(".")) if isinstance(path, str) else path)
        return mark[0] if mark else None

    def errors(self, problems: tuple[Problem, ...]) -> StackFileErrors:
        """What is wrong by later findings, with the places of this file."""
        return _errors(problems, self.file, self.lines)


def stack_file(stack: str, folder: File) -> File:
    """The file of a stack; the engine may call it `organisation/project/name`."""
    return folder / f"Pulumi.{stack.rsplit('/', 1)[-1]}.yaml"


def load(path: File, *, today: date | None = None) -> Loaded:
    """Reads a stack file. Raises `StackFileErrors` with everything that is wrong in it."""
    return load_text(_read(path), str(path), today=today)


def load_text(source: bytes, name: str | None = None, *, today: date | None = None) -> Loaded:
    """The same for the text of a stack file."""
    parsed = _parsed(name, source)
    value, problems = _hospital_of(parsed.data)
    found = _together(list(parsed.problems), problems)
    if value is _ABSENT:
        raise _errors(found, name, parsed.marks)
    lines = {place[2:]: mark for place, mark in parsed.marks.items() if place[:2] == _ABOVE}
    inner = [Problem(p.path[2:], p.value, p.message) for p in found if p.path[:2] == _ABOVE]
    outer = [problem for problem in found if problem.path[:2] != _ABOVE]
    return _loaded(value, inner, outer, name, parsed.marks, lines, today)


def from_config(value: object, *, file: File | None = None, today: date | None = None) -> Loaded:
    """Takes the settings as the engine gives them (a mapping, or its JSON text). Lines come from the stack file, when
    it is there."""
    marks: Mapping[Path, Mark] = {}
    name = str(file) if file is not None and file.is_file() else None
    if file is not None and name is not None:
        try:
            marks = parse(_read(file)).marks
        except (NotYaml, StackFileErrors):
            marks = {}
    lines = {place[2:]: mark for place, mark in marks.items() if place[:2] == _ABOVE}
    if isinstance(value, str):
        value, problems = from_json(value)
    else:
        problems = bounded(value)
    return _loaded(value, problems, [], name, marks, lines, today)


def _read(path: File) -> bytes:
    """The file's bytes, or a sentence that says why it cannot be read."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(LARGEST_BYTES + 1)
        message = "is not a file" if path.exists() else "is not there" + _near(path)
    except (OSError, ValueError) as error:
        message = f"cannot be read: {plain(getattr(error, 'strerror', None) or str(error))}"
    raise StackFileErrors([StackError(str(path), None, None, "", None, message)])


def _near(path: File) -> str:
    try:
        stacks = sorted(other.name for other in path.parent.glob("Pulumi.*.yaml"))
    except (OSError, ValueError):
        stacks = []
    return f"; stack files here: {listed(stacks)}{did_you_mean(path.name, stacks)}" if stacks else ""


def _parsed(name: str | None, source: bytes) -> Parsed:
    try:
        return parse(source)
    except NotYaml as error:
        line, column = error.mark or (None, None)
        raise StackFileErrors([StackError(name, line, column, "", None, error.message)]) from None


def _hospital_of(data: object) -> tuple[object, list[Problem]]:
    """The hospital's settings in a stack file, or `_ABSENT`; and what is wrong around them."""
    shape = f"a stack file has config: and, below it, {KEY}:"
    if not isinstance(data, dict):
        return _ABSENT, [Problem((), None, f"{'is empty' if data is None else 'holds ' + shown(data)}; {shape}")]
    if "config" not in data:
        return _ABSENT, [Problem(("config",), None, f"is missing; {shape}{_instead('config', data)}")]
    config = data["config"]
    if not isinstance(config, dict):
        what = "is empty" if config is None else "is " + shown(config)
        return _ABSENT, [Problem(("config",), None, f"{what}; {shape}")]
    strange = [key for key in config if key != KEY and not _foreign(key)]
    problems = [
        Problem(("config", key), None, f"is not read by anything; allowed: {KEY} and other namespaces{_meant(key)}")
        for key in strange
    ]
    if KEY not in config and not any(_meant(key) for key in strange):
        problems.append(Problem(("config",), None, f"has no {KEY}; {shape}{_instead(KEY, config)}"))
    return config.get(KEY, _ABSENT), problems


def _instead(wanted: str, keys: Iterable[str]) -> str:
    """A key that stands where another is wanted, when the two are much alike."""
    near = difflib.get_close_matches(wanted, [key[:80] for key in keys], n=1, cutoff=0.6)
    return f"; is '{plain(near[0])}' meant for it?" if near else ""


def _meant(key: str) -> str:
    return did_you_mean(key, [KEY]) or did_you_mean(f"{PROJECT}:{key}", [KEY])


def _foreign(key: str) -> bool:
    """Whether a key under `config:` belongs to somebody else: Pulumi's providers, another program."""
    namespace, _, rest = key.partition(":")
    return bool(rest) and namespace != PROJECT


def _loaded(
    value: Any,
    inner: list[Problem],
    outer: list[Problem],
    name: str | None,
    marks: Mapping[Path, Mark],
    lines: Mapping[Path, Mark],
    today: date | None,
) -> Loaded:
    """The model of the settings, or all errors: of the text, of the values, of how they fit together."""
    found = [*inner, *_secrets(value)]
    hospital: Hospital | None = None
    if not isinstance(value, dict):
        if not found:
            found.append(Problem((), None, f"{'is empty' if value is None else 'is ' + shown(value)}; {_FIRST}"))
    else:
        day = today or date.today()
        try:
            hospital = Hospital.model_validate(value, context={"today": day})
        except ValidationError as error:
            found = _together(found, list(_model_problems(value, error, day)))
    if hospital is not None and not found and not outer:
        return Loaded(hospital, name, lines)
    placed = [Problem((*_ABOVE, *problem.path), problem.value, problem.message) for problem in found]
    raise _errors([*placed, *outer], name, marks)


_FIRST = "wanted: the hospital's settings, from schema: 1 on"


def _model_problems(value: Mapping[str, Any], error: ValidationError, today: date) -> list[Problem]:
    found = list(sentences.problems(Hospital, error))
    if any(item["type"] == "cross_field" for item in error.errors(include_url=False)):
        return found
    parts = draft.of_data(Hospital, value, [problem.path for problem in found])
    return [*found, *checks.problems(parts, today)]


def _together(first: list[Problem], second: list[Problem]) -> list[Problem]:
    """Both, without what the second says of a place that the first has spoken of already."""
    spoken = {problem.path for problem in first}
    known = [p for p in second if not any(p.path[:depth] in spoken for depth in range(len(p.path) + 1))]
    return [*first, *known]


def _secrets(value: object) -> list[Problem]:
    """Encrypted values: the gate judges without keys, so every setting must be readable."""
    found: list[Problem] = []
    todo: list[tuple[Path, object]] = [((), value)]
    while todo:
        path, part = todo.pop()
        if isinstance(part, dict):
            if set(part) == {"secure"}:
                found.append(
                    Problem(path, None, "is encrypted (secure:); settings are judged without keys: write it plain")
                )
                continue
            todo.extend(((*path, key), inner) for key, inner in part.items())
        elif isinstance(part, list):
            todo.extend(((*path, index), inner) for index, inner in enumerate(part))
    return found


def _mark_of(marks: Mapping[Path, Mark], path: Path) -> Mark | None:
    for depth in range(len(path), -1, -1):
        if path[:depth] in marks:
            return marks[path[:depth]]
    return None


def _errors(problems: Any, name: str | None, marks: Mapping[Path, Mark]) -> StackFileErrors:
    """The problems with their places. Paths are shown from the hospital down."""
    errors = []
    for problem in problems:
        mark = _mark_of(marks, problem.path)
        path = problem.path[2:] if problem.path[:2] == _ABOVE else problem.path
        value = None if problem.value is None else shown(problem.value)
        line, column = mark or (None, None)
        text = dotted(path) or (KEY if problem.path[:2] == _ABOVE else "")
        errors.append(StackError(name, line, column, text, value, problem.message))
    return StackFileErrors(errors)
