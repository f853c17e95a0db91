"""The .tf files of the modules that a Terraform document was made from, where they lie beside it in the same repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LARGEST: Final = 1024 * 1024
MOST: Final = 500
"""Modules, and files of one module, that are looked at."""


def files_of(folder: Path, relative: str) -> Iterator[str]:
    """The texts of the files of a module; none where it lies outside the repository of `folder`."""
    for _, text in named_files(folder, relative):
        yield text


def named_files(folder: Path, relative: str) -> Iterator[tuple[Path, str]]:
    """The same with each file's place."""
    place = _inside(folder, relative)
    if place is None:
        return
    for file in sorted(place.glob("*.tf"))[:MOST]:
        try:
            if file.stat().st_size <= _LARGEST:
                yield file, file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue


def text_of_file(folder: Path, relative: str) -> str | None:
    """The text of a file beside them that the language reads (`file`); None where it is not to be had."""
    place = _inside(folder, relative)
    try:
        if place is not None and place.is_file() and place.stat().st_size <= _LARGEST:
            return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError):
        pass
    return None


def _inside(folder: Path, relative: str) -> Path | None:
    """A place relative to `folder`; None outside its repository."""
    folder = folder.resolve()
    top = next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), folder)
    try:
        place = (folder / relative).resolve()
    except (OSError, ValueError):
        return None
    return place if place.is_relative_to(top) else None
