"""Names across vocabularies, and the sentences the three checks share.

Pulumi writes `kmsKeyId`, Terraform and the Python SDK `kms_key_id`, botocore `KMSKeyId` or `kmsKeyId`: compared without
case and underscores they are one word. Lists are plural in Pulumi and mostly singular elsewhere.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping

from policies.graph import SECRET, Resource, Unknown, Value

_MANY = 40


@functools.cache
def squash(name: str) -> str:
    """A name without case, underscores, hyphens."""
    return re.sub(r"[_\-]", "", name).lower()


def snake(name: str) -> str:
    """`kmsKeyId` -> `kms_key_id`, `enableIPv6` -> `enable_ipv6`."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower()


def numbers_of(word: str) -> list[str]:
    """A squashed word in its other grammatical numbers, likeliest first."""
    forms = []
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("ices"):
        forms += [word[:-4] + "ex", word[:-4] + "ix"]
    if word.endswith("es"):
        forms += [word[:-2], word[:-2] + "is"]
    if word.endswith("s"):
        forms.append(word[:-1])
    if word.endswith("y"):
        forms.append(word[:-1] + "ies")
    if word.endswith(("s", "x", "ch", "sh", "z")):
        forms.append(word + "es")
    if word.endswith(("ion", "ium")):
        forms.append(word[:-2] + "a")  # criterion, criteria
    if word.endswith(("ix", "ex")):
        forms.append(word[:-2] + "ices")
    return [*forms, word + "s"]


def is_settled(value: Value) -> bool:
    """Whether a value is known to the last letter, so that it can be held against a model: not unknown, not secret, no
    reference in its text."""
    if isinstance(value, Unknown) or value is SECRET:
        return False
    return not (isinstance(value, str) and "${urn:" in value)


def is_reference(value: Value) -> bool:
    """Whether a value stands for another resource's output, whole or in part: its type cannot be told."""
    return not is_settled(value)


def is_asset(value: Value) -> bool:
    """Whether a value has the form in which a graph holds a Pulumi asset or archive."""
    return isinstance(value, Mapping) and bool(value) and value.keys() <= {"path", "uri", "text", "hash", "assets"}


def shown(value: Value, limit: int = 120) -> str:
    """A value as text that fits a line."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def allowed_names(names: Iterable[str], wrong: str) -> str:
    """What is allowed instead of an unknown name, the closest first."""
    known = sorted(names)
    close = difflib.get_close_matches(wrong, known, 1, 0.6)
    if not close:
        by_squash = {squash(n): n for n in known}
        close = [by_squash[form] for form in [squash(wrong), *numbers_of(squash(wrong))] if form in by_squash][:1]
    hint = f"did you mean {close[0]}? " if close else ""
    rest = f", ... {len(known) - _MANY} more" if len(known) > _MANY else ""
    return f"{hint}allowed: {', '.join(known[:_MANY]) or 'none'}{rest}"


def sentence(resource: Resource, path: str, value: Value, says: str) -> str:
    """One problem: which resource, which argument, its value, what is wrong and what is allowed."""
    return f"{resource.urn}: {path} = {shown(value)}: {says}"


def plain(path: str) -> str:
    """A path without indices: `rules[0].id` -> `rules.id`."""
    return re.sub(r"\[\d+\]", "", path)


def joined(path: str, key: str) -> str:
    """A path one step deeper."""
    return f"{path}.{key}" if path else key
