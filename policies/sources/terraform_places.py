"""Where the resources of a Terraform plan or state stand: the lines of the .tf files beside the document.

A plan tells no lines. Where the files that it was made from lie beside it, as they do where it is made, the line of a
block is found by its header; what the block says in `lifecycle`, which no plan tells either, is read too. Nothing is
evaluated, and a block that is there twice has no line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from policies.graph import Graph, Place, Resource
from policies.sources.terraform_addresses import address_in, parts_of
from policies.sources.terraform_files import MOST, named_files
from policies.sources.terraform_providers import TYPES as PROVIDERS
from policies.terraform import provider_table

_HEADER: Final = re.compile(r'^[ \t]*(resource|provider)[ \t]+"([^"\n]+)"(?:[ \t]+"([^"\n]+)")?[ \t]*\{', re.MULTILINE)
_HIDDEN: Final = re.compile(
    r'"(?:\\.|[^"\\\n])*"|#[^\n]*|//[^\n]*|/\*.*?\*/|<<-?[ \t]*(\w+)[ \t]*\n.*?^[ \t]*\1[ \t]*$',
    re.DOTALL | re.MULTILINE,
)
_LIFECYCLE: Final = re.compile(r"^[ \t]*lifecycle[ \t]*\{", re.MULTILINE)
_PROTECTED: Final = re.compile(r"^[ \t]*prevent_destroy[ \t]*=[ \t]*([^\s}]*)", re.MULTILINE)
_IGNORED: Final = re.compile(r"^[ \t]*ignore_changes[ \t]*=[ \t]*(?:\[([^\]]*)\]|(all)\b)", re.MULTILINE)
_ALIAS: Final = re.compile(r'^[ \t]*alias[ \t]*=[ \t]*"([^"\n]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a .tf file, and what its `lifecycle` says."""

    place: Place
    protected: bool | None
    """None where the file says it in another way than true or false."""
    ignored: tuple[str, ...]


def with_places(graph: Graph, modules: Mapping[str, str], folder: Path) -> tuple[Graph, tuple[str, ...]]:
    """The graph with the places of its resources, and what a reader must know of them; as it is where no .tf file lies
    beside the document, or none of them is what it was made from. `modules`: see `State.modules`."""
    blocks = _blocks(folder.resolve(), modules or {"": "."})
    if not blocks:
        return graph, ()
    resources = tuple(_placed(r, blocks) for r in graph.resources)
    found = sum(1 for r in resources if r.source is not None)
    if not found:
        return graph, ()
    note = f"lines, prevent_destroy and ignore_changes of {found} resources are from the .tf files beside the document"
    return replace(graph, resources=resources), (note,)


def _placed(resource: Resource, blocks: Mapping[str, Block]) -> Resource:
    block = blocks.get(_key(resource))
    if block is None:
        return resource
    if resource.type.startswith(PROVIDERS):
        return replace(resource, source=block.place)
    return replace(
        resource,
        source=block.place,
        protect=resource.protect if block.protected is None else block.protected,
        ignore_changes=tuple(_pulumi(resource.type, name) for name in block.ignored) or resource.ignore_changes,
    )


def _key(resource: Resource) -> str:
    """`module.a.aws_b.c`; of a provider `provider.aws.alias`."""
    if resource.type.startswith(PROVIDERS):
        return f"provider.{resource.name}"
    found = address_in(parts_of(resource.name))
    return found[0].path if found else ""


def _pulumi(token: str, name: str) -> str:
    """An argument under Pulumi's name; what is below it stays as it is written."""
    own = provider_table.type_of(token)
    top, dot, rest = name.partition(".")
    known = provider_table.block_of(own).by_terraform.get(top) if own else None
    return f"{known.pulumi if known and known.pulumi else top}{dot}{rest}"


# --- files -----------------------------------------------------------------------------------------------------------


def _blocks(folder: Path, modules: Mapping[str, str]) -> dict[str, Block]:
    """Address without keys -> block, of the root and of the modules that lie in the same repository."""
    found: dict[str, Block | None] = {}
    for path, relative in list(modules.items())[:MOST]:
        for file, text in named_files(folder, relative):
            for name, block in _in_text(text, os.path.relpath(file, folder)):
                if name.startswith("provider.") and path:
                    continue
                key = f"{path}.{name}".lstrip(".")
                found[key] = None if key in found else block
    return {key: block for key, block in found.items() if block is not None}


def _in_text(text: str, shown: str) -> Iterator[tuple[str, Block]]:
    bare = _HIDDEN.sub(_blanked, text)
    for match in _HEADER.finditer(text):
        if bare[match.end() - 1] != "{":
            continue  # inside a comment or a text
        kind, first, second = match.groups()
        body = _body(bare, match.end())
        place = Place(shown, text.count("\n", 0, match.start(1)) + 1)
        lifecycle = _LIFECYCLE.search(body)
        inner = _body(body, lifecycle.end()) if lifecycle else ""
        block = Block(place, _protected(inner), _ignored(inner))
        if kind == "resource" and second:
            yield f"{first}.{second}", block
        elif kind == "provider" and not second:
            alias = _ALIAS.search(text[match.end() : match.end() + len(body)])
            yield f"provider.{first}.{alias.group(1)}" if alias else f"provider.{first}", block


def _blanked(match: re.Match[str]) -> str:
    """Blanks of the same length and lines, so that what is left keeps its place."""
    return re.sub(r"[^\n]", " ", match.group())


def _body(bare: str, start: int) -> str:
    """What stands between a brace that was opened before `start` and its end, in a text without comments and texts."""
    depth = 1
    for match in re.compile(r"[{}]").finditer(bare, start):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return bare[start : match.start()]
    return ""


def _protected(lifecycle: str) -> bool | None:
    """Whether Terraform refuses to delete it; a block that does not say so lets it go."""
    match = _PROTECTED.search(lifecycle)
    return {"true": True, "false": False}.get(match.group(1)) if match else False


def _ignored(lifecycle: str) -> tuple[str, ...]:
    match = _IGNORED.search(lifecycle)
    if match is None:
        return ()
    if match.group(2):
        return ("*",)
    return tuple(name.strip() for name in match.group(1).split(",") if name.strip())
