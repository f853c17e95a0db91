"""Pulumi's assets and archives as files beside the configuration, named by the hash of their content.

Only files below the project's root are read: a graph that names another is refused. Archives are ZIP files whose bytes
are the same for the same content, so that a second export changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from policies.graph import Value

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MAXIMUM_BYTES: Final = 250 * 1024 * 1024
"""The largest unzipped function (Lambda quotas)."""
_KEYS: Final = frozenset({"path", "uri", "text", "hash", "assets"})


class NotReadable(ValueError):
    """An asset that cannot be turned into a file; the text says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to be written beside the configuration."""

    name: str
    content: bytes

    @property
    def sha256_base64(self) -> str:
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()


def is_asset(value: Value) -> bool:
    """Whether a value has the form in which a graph holds an asset or archive."""
    return isinstance(value, Mapping) and bool(value) and value.keys() <= _KEYS and set(value) != {"hash"}


def file_of(value: Mapping[str, Value], root: Path | None) -> File:
    """The file of an asset, or the ZIP file of an archive. Raises NotReadable."""
    if "assets" in value or _is_folder(value, root):
        members = _members(value, "", root)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(members.items()):
                info = zipfile.ZipInfo(name, _EPOCH)
                info.external_attr = 0o755 << 16
                archive.writestr(info, content)
        content, suffix = buffer.getvalue(), ".zip"
    else:
        content = _content(value, root)
        suffix = Path(str(value.get("path", ""))).suffix[:16]
    return File(f"assets/{hashlib.sha256(content).hexdigest()[:32]}{suffix}", content)


def _is_folder(value: Mapping[str, Value], root: Path | None) -> bool:
    return "path" in value and _inside(str(value["path"]), root).is_dir()


def _members(value: Mapping[str, Value], name: str, root: Path | None) -> dict[str, bytes]:
    if "assets" in value:
        found: dict[str, bytes] = {}
        for key, item in value["assets"].items():
            if not is_asset(item) or ".." in Path(str(key)).parts or str(key).startswith("/"):
                raise NotReadable(f"{key!r} is no member that an archive may have")
            found |= _members(item, f"{name}/{key}".lstrip("/"), root)
        return found
    if _is_folder(value, root):
        folder = _inside(str(value["path"]), root)
        files = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        return {f"{name}/{p.relative_to(folder).as_posix()}".lstrip("/"): _read(_inside(str(p), root)) for p in files}
    return {name: _content(value, root)}


def _content(value: Mapping[str, Value], root: Path | None) -> bytes:
    if isinstance(value.get("text"), str):
        return str(value["text"]).encode()
    if "path" in value:
        return _read(_inside(str(value["path"]), root))
    raise NotReadable("an asset that is fetched from an address is not supported; allowed: files and text")


def _inside(path: str, root: Path | None) -> Path:
    if root is None:
        raise NotReadable(f"{path} is a file, and no project folder is known to read it from")
    found = (root / path).resolve()
    if not found.is_relative_to(root.resolve()):
        raise NotReadable(f"{path} lies outside the project folder {root}")
    return found


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MAXIMUM_BYTES:
            raise NotReadable(f"{file} is larger than {_MAXIMUM_BYTES} bytes")
        return file.read_bytes()
    except OSError as error:
        raise NotReadable(f"{file} cannot be read: {error.strerror}") from None
