"""Where stack files are found and reports are written."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from infra.cli.guard import Refused

PROJECT_ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PATTERN = "Pulumi.*.yaml"


def stack_folder(*, to_write: bool = False) -> Path:
    """The nearest `stacks` with stack files, from where the user stands upward; else the one beside this program, or,
    for a new file, one right here."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any((folder / "stacks").glob(_PATTERN)):
            return _shown(folder / "stacks")
    if to_write or not (PROJECT_ROOT / "stacks").is_dir():
        return Path("stacks")
    return PROJECT_ROOT / "stacks"


def _shown(folder: Path) -> Path:
    """Relative where it lies below the user's folder: messages name it so."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def stack_file(stack: str) -> Path:
    """The file of a stack by its name, or the file itself where a path is given. Whether it is there and what is wrong
    in it, the loader says."""
    if stack.endswith((".yaml", ".yml")):
        return Path(stack)
    if not _NAME.fullmatch(stack):
        raise Refused(
            f"{stack!r} is no name of a stack; wanted: letters, digits, dots, dashes, or the path of a .yaml file"
        )
    return stack_folder() / f"Pulumi.{stack}.yaml"


def all_stack_files() -> list[Path]:
    """Every stack file, by name."""
    files = sorted(stack_folder().glob(_PATTERN))
    if not files:
        raise Refused(f"there are no stack files: {stack_folder()}/{_PATTERN}")
    return files


def folder_name(name: str) -> str:
    """A name as a folder may bear it."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[:100]
    return plain or "report"


def write(folder: Path, texts: Mapping[str, str | bytes]) -> list[Path]:
    """Writes files whole or not at all: beside their place first, then renamed. Raises Refused with a sentence."""
    written = []
    try:
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _replace(folder / name, text)
            written.append(folder / name)
    except OSError as error:
        raise Refused(f"{error.filename or folder} cannot be written: {error.strerror}") from None
    return written


def _replace(file: Path, text: str | bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode("utf-8", errors="backslashreplace"))
        part.chmod(0o666 & ~_umask())
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
