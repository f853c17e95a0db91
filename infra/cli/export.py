"""`hospital-cloud export terraform`: a stack or program as a complete Terraform configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from infra.cli.files import folder_name, stack_file
from infra.cli.guard import Refused
from infra.cli.preview import STACK

if TYPE_CHECKING:
    from policies.graph import Graph

MANIFEST = "export.json"
_FORMAT = 1
_MAXIMUM_BYTES = 4 * 1024 * 1024


def terraform(
    source: Annotated[
        Path | None, typer.Argument(help="Folder of a Pulumi project, or a Python program. Left out: our own stack.")
    ] = None,
    stack: Annotated[str | None, typer.Option(help=f"Which stack. Left out: {STACK}, or the first of SOURCE.")] = None,
    provider: Annotated[
        Literal["5", "6"], typer.Option(help="Major version of hashicorp/aws: 6 (a region a resource), 5 (aliases).")
    ] = "6",
    out: Annotated[Path | None, typer.Option(help="Folder to write. Left out: out/STACK/terraform.")] = None,
    jurisdiction: Annotated[
        str, typer.Option(help="For SOURCE: where functions of the provider answer from.")
    ] = "cn-mainland",
    time_limit_s: Annotated[int, typer.Option(min=1, max=86_400, help="For SOURCE: seconds it may run.")] = 900,
) -> int:
    """Write a stack as Terraform JSON: complete, without any secret. Our own stack is judged first; a red one is not
    written. Offline."""
    from infra.cli.screen import reporting
    from policies.terraform.providers import Target
    from policies.terraform.render import NotRendered, render

    if source is None:
        graph, root, code = _own(stack or STACK)
        if code:
            return code
    else:
        graph, root = _foreign(source, stack, jurisdiction, time_limit_s)
    folder = out or Path("out") / folder_name(graph.stack) / "terraform"
    with reporting(graph.stack) as progress:
        progress.step("rendering")
        try:
            rendering = render(graph, Target(provider), root=root)
        except NotRendered as obstacles:
            lines = "\n".join(f"  {problem}" for problem in obstacles.problems)
            raise Refused(f"{graph.stack} has no Terraform rendering; nothing was written:\n{lines}") from None
        progress.step("writing")
        _write(folder, dict(rendering.files), _manifest(rendering))
    _tell(folder, rendering)
    return 0


def _own(stack: str) -> tuple[Graph, Path, int]:
    """Our own stack's graph, judged; the exit code where it may not be deployed."""
    from infra import program
    from infra.cli.guard import said
    from infra.cli.screen import reporting
    from infra.preview import preview

    file = stack_file(stack)
    with reporting(stack) as progress:
        seen = preview(file, on_resource=progress.count, on_step=progress.step)
    code = seen.report.exit_code
    if code:
        said(f"{stack} may not be deployed, so it is not exported; hospital-cloud preview --stack {stack} says why")
    return seen.graph, program.ROOT, code


def _foreign(source: Path, stack: str | None, jurisdiction: str, time_limit_s: int) -> tuple[Graph, Path]:
    from infra.audit import run
    from infra.cli.screen import reporting
    from policies.context import of_jurisdiction
    from policies.sources.project import find

    law = of_jurisdiction(jurisdiction).jurisdiction
    project = find(source, stack)
    with reporting(f"export {project.name}") as progress:
        progress.step("running the program")
        graph = run(project, law.id, time_limit_s, on_resource=progress.count).graph
    return graph, source if source.is_dir() else source.parent


def _manifest(rendering: Any) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "files": sorted(rendering.files),
        "addresses": dict(sorted(rendering.addresses.items())),
        "variables": {name: {"urn": v.urn, "path": v.path} for name, v in sorted(rendering.variables.items())},
        "left_out": list(rendering.left_out),
    }


def _write(folder: Path, files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Writes all files, the manifest last, and takes away what an earlier export wrote and this one does not."""
    import json

    from infra.cli.files import write

    stale = _written_before(folder) - set(files)
    write(folder, {**files, MANIFEST: json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"})
    for name in sorted(stale):
        (folder / name).unlink(missing_ok=True)


def _written_before(folder: Path) -> set[str]:
    """The files that the manifest of an earlier export names and that an export may write; nothing else is touched."""
    import json

    file = folder / MANIFEST
    try:
        if file.stat().st_size > _MAXIMUM_BYTES:
            return set()
        names = json.loads(file.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()
    found = {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
    return {
        name
        for name in found
        if (Path(name).parent == Path("assets") or (Path(name).name == name and name.endswith(".tf.json")))
        and ".." not in name
    }


def _tell(folder: Path, rendering: Any) -> None:
    from infra.cli.screen import text

    lines = [f"{len(rendering.addresses)} resources in {folder} ({len(rendering.files)} files)"]
    if rendering.variables:
        lines.append("secrets to be given as variables (TF_VAR_...):")
        lines += [f"  {name}" for name in sorted(rendering.variables)]
    if rendering.left_out:
        lines.append("left out, because this version of the provider does not know it yet:")
        lines += [f"  {sentence}" for sentence in rendering.left_out]
    text("\n".join([*lines, ""]))
