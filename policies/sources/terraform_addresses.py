"""Addresses of Terraform and names in its expressions, with the keys of instances: `module.a["x"].aws_b.c[0].arn`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

_MOST: Final = 64
"""Parts of one name that are looked at."""


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a name and the key behind it: `c[0]` is `c` and `0`, `a["x"]` is `a` and `"x"`; None: no key."""

    text: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where a resource stands. A key of None in a name means any instance."""

    modules: tuple[Part, ...]
    base: str
    """`aws_s3_bucket.records`, `data.aws_region.current`."""
    key: str | None = None

    @property
    def path(self) -> str:
        """The address without any key."""
        return ".".join([*(f"module.{part.text}" for part in self.modules), self.base])

    @property
    def keys(self) -> tuple[str | None, ...]:
        """The keys of the modules and its own."""
        return (*(part.key for part in self.modules), self.key)


def parts_of(name: str) -> list[Part]:
    """The words of a name; a key in quotes may hold anything."""
    found: list[Part] = []
    word: list[str] = []
    key: list[str] | None = None
    quoted = escaped = False
    for character in name:
        if key is not None:
            if quoted:
                quoted = escaped or character != '"'
                escaped = character == "\\" and not escaped
            elif character == '"':
                quoted = True
            elif character == "]":
                found.append(Part("".join(word), "".join(key)))
                word, key = [], None
                continue
            key.append(character)
        elif character == "[":
            key = []
        elif character == ".":
            if word:
                found.append(Part("".join(word)))
            word = []
        else:
            word.append(character)
        if len(found) >= _MOST:
            break
    return [*found, Part("".join(word))] if word else found


def address_in(parts: list[Part]) -> tuple[Address, list[Part]] | None:
    """The resource that a name begins with, and what follows it: outputs. None where it names none."""
    modules: list[Part] = []
    while len(parts) > 1 and parts[0].text == "module" and parts[0].key is None:
        modules.append(parts[1])
        parts = parts[2:]
    size = 3 if parts and parts[0].text == "data" else 2
    if len(parts) < size:
        return None
    base = ".".join(part.text for part in parts[:size])
    return Address(tuple(modules), base, parts[size - 1].key), parts[size:]


@dataclass
class Instances:
    """Which resources there are, by where they stand."""

    _by_path: dict[str, list[tuple[Address, str]]] = field(default_factory=dict)
    _by_address: dict[tuple[str, tuple[str | None, ...]], list[str]] = field(default_factory=dict)

    def add(self, text: str, urn: str) -> None:
        """Notes a resource by its address."""
        found = address_in(parts_of(text))
        if found:
            self._by_path.setdefault(found[0].path, []).append((found[0], urn))
            self._by_address.setdefault((found[0].path, found[0].keys), []).append(urn)

    def meant(self, wanted: Address) -> list[str]:
        """The URNs of every instance that an address means; of all, where there is none of its own key."""
        whole = self._by_address.get((wanted.path, wanted.keys))
        if whole:
            return list(whole)
        found = self._by_path.get(wanted.path, ())
        exact = [urn for address, urn in found if _takes_in(wanted, address)]
        return exact or [urn for address, urn in found if _takes_in(replace(wanted, key=None), address)]


def _takes_in(wanted: Address, address: Address) -> bool:
    return all(one is None or one == other for one, other in zip(wanted.keys, address.keys, strict=True))
