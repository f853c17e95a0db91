"""Text as Terraform's JSON reads it: a template, in which only our references may be expressions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from policies.graph import Reference

MARKER: Final = re.compile(r"\$\{urn:(pulumi%3A[^#}\s]+)#([^}\s]*)\}")
_OPENING = re.compile(r"[$%]\{")


def escaped(text: str) -> str:
    """Text without any expression in it: `${` and `%{` are doubled."""
    return _OPENING.sub(lambda m: m.group()[0] + m.group(), text) if "{" in text else text


def template(text: str, expression_of: Callable[[Reference], str]) -> str:
    """Text with its references as expressions and everything else literal."""
    if "${urn:" not in text:
        return escaped(text)
    parts, end = [], 0
    for match in MARKER.finditer(text):
        reference = Reference(f"urn:{unquote(match.group(1))}", match.group(2))
        parts += [escaped(text[end : match.start()]), "${" + expression_of(reference) + "}"]
        end = match.end()
    return "".join([*parts, escaped(text[end:])])
