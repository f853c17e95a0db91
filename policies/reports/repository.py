"""Where a report's places lie in the repository: what code-scanning tools need is a path from the repository's root."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import quote

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Repository:
    """The folders that places are told from, absolute, with `/`. The defaults fit a project at its repository's root."""

    root: str = "/"
    project: str = "/"
    """What relative files of `source` and `component` are relative to."""
    stacks: str = "/"
    """The same for stack files."""
    subject: str = "Pulumi.yaml"
    """Where a finding sits that has no place of its own: the project file, or the document that was judged."""

    def path(self, file: str, folder: str | None = None) -> str | None:
        """A file as a path from the repository's root; None where it lies outside, or is no path."""
        if not file or len(file) > _LONGEST or "\0" in file or file.startswith("<"):
            return None
        whole = posixpath.normpath(posixpath.join(folder or self.project, file.replace("\\", "/")))
        root = self.root.rstrip("/") + "/"
        return whole.removeprefix(root) if whole.startswith(root) and whole != root else None

    def stack_path(self, file: str) -> str | None:
        """The same of a stack file."""
        return self.path(file, self.stacks)

    @property
    def subject_path(self) -> str:
        """The path of `subject`; its bare name where it lies outside."""
        return self.path(self.subject) or posixpath.basename(self.subject) or "Pulumi.yaml"


def uri(path: str) -> str:
    """A path as a relative URI reference: percent-encoded UTF-8; a colon in the first segment is no scheme."""
    return quote(path.encode("utf-8", "replace"), safe="/-._~")
