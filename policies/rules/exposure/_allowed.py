"""What lists of a firewall let pass: names, and rules written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from policies.graph import Value, as_list
from policies.iam_access import is_open_network
from policies.rules._paths import each, is_hidden

_SECOND: Final = frozenset(("ac", "co", "com", "edu", "gov", "net", "or", "org"))
"""Second labels under which a country registers names for everyone (com.cn, co.uk)."""

_ACTION: Final = re.compile(
    r"^\s*(pass|drop|reject|rejectsrc|rejectdst|rejectboth|alert)\s+(\S+)\s+(.*)$", re.IGNORECASE
)
_NARROW: Final = re.compile(
    r"(tls\.sni|http\.host|dns\.query|content|pcre|ja3\.|tls\.cert|flowbits|ssh\.)\s*[:;]", re.IGNORECASE
)
_ANY: Final = ("any", "$external_net", "0.0.0.0/0", "[0.0.0.0/0]", "!$home_net")


def takes_in_everything(name: Value) -> bool:
    """Whether a name of a list means all names, or all below a suffix under which anybody registers."""
    if not isinstance(name, str):
        return False
    labels = name.strip().strip(".").lower().removeprefix("*").strip(".").split(".")
    labels = [label for label in labels if label]
    if any("*" in label for label in labels[-2:]):
        return True
    country = len(labels) == 2 and labels[0] in _SECOND and len(labels[1]) == 2
    starts_wide = name.strip().startswith((".", "*"))
    return not labels or (starts_wide and (len(labels) == 1 or country))


def open_rules(text: str) -> Iterator[str]:
    """The lines of rules in Suricata's language that pass traffic to anywhere without asking for a name."""
    for line in text.splitlines():
        match = _ACTION.match(line)
        if not match or match[1].lower() != "pass":
            continue
        header, _, options = match[3].partition("(")
        parts = header.split()
        target = parts[-2].lower() if len(parts) >= 4 else "any"
        both = "<>" in parts
        if (target in _ANY or both) and not _NARROW.search(options):
            yield line.strip()[:120]


def open_stateful(source: Value, at: str) -> Iterator[tuple[str, Value]]:
    """(path, found) of single stateful rules that pass traffic to everywhere."""
    for path, row in each(source, "statefulRules[*]", at):
        if not isinstance(row, Mapping) or str(row.get("action")).upper() != "PASS":
            continue
        header = row.get("header")
        target = header.get("destination") if isinstance(header, Mapping) else None
        narrow = any(
            isinstance(option, Mapping) and _NARROW.search(f"{option.get('keyword')}:")
            for option in as_list(row.get("ruleOptions"))
        )
        everywhere = isinstance(target, str) and (target.upper() == "ANY" or is_open_network(target))
        if everywhere and not narrow:
            yield f"{path}.header.destination", f"PASS to {target}"


def open_stateless(source: Value, at: str) -> Iterator[tuple[str, Value]]:
    """(path, found) of stateless rules that pass packets to or from everywhere before the engine has seen them."""
    for path, row in each(source, "statelessRulesAndCustomActions.statelessRules[*].ruleDefinition", at):
        if not isinstance(row, Mapping) or "aws:pass" not in as_list(row.get("actions")):
            continue
        found = [v for _, v in each(row, "matchAttributes.destinations[*].addressDefinition")]
        if not found or any(not is_hidden(v) and is_open_network(v) for v in found):
            yield f"{path}.actions", "aws:pass to everywhere"
