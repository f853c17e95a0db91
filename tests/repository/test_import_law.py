"""Data goes one way: who may import whom (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("components", "infra", "jurisdictions", "operations", "policies", "services")
MAY = {
    "jurisdictions": set(),
    "components": {"jurisdictions"},
    "services": {"jurisdictions"},
    "policies": {"jurisdictions"},
    "operations": {"jurisdictions", "policies"},
    "infra": set(OURS),
}
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "core", "misc"}


def modules() -> list[Path]:
    return sorted(p for package in OURS for p in (ROOT / package).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("package", OURS)
def test_a_package_imports_only_what_it_may(package: str):
    allowed = MAY[package] | {package}
    bad = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imports(path)
        if name.partition(".")[0] in OURS and name.partition(".")[0] not in allowed
    ]
    assert not bad, "\n".join(bad)


def test_nobody_imports_a_program():
    bad = []
    for path in modules():
        if "cli" in path.relative_to(ROOT).parts:
            continue
        bad += [
            f"{path.relative_to(ROOT)} imports {name}"
            for name in imports(path)
            if name.endswith("__main__") or name == "infra.cli" or name.startswith("infra.cli.")
        ]
    assert not bad, "\n".join(bad)


def test_nothing_of_ours_imports_the_tests():
    assert not [p for p in modules() if any(name == "tests" or name.startswith("tests.") for name in imports(p))]


def test_no_folder_or_module_is_a_drawer_for_everything():
    assert not [p for p in modules() if p.stem in FORBIDDEN_NAMES or FORBIDDEN_NAMES & set(p.relative_to(ROOT).parts)]


def test_no_first_level_name_of_the_policy_pack_hides_a_dependency():
    """A pack runs with its folder first on the path: a `policies/logging.py` would break the SDK."""
    import sys
    from importlib.metadata import packages_distributions

    taken = set(sys.stdlib_module_names) | set(packages_distributions()) - set(OURS) - {"tests"}
    first = {
        p.stem for p in (ROOT / "policies").iterdir() if p.suffix == ".py" or (p.is_dir() and p.name != "__pycache__")
    }
    assert not {name for name in first - {"__init__", "__main__"} if name in taken}


def test_the_program_is_small():
    lines = (ROOT / "infra" / "__main__.py").read_text().splitlines()
    assert len(lines) <= 15


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_is_longer_than_a_person_reads(path: Path):
    assert len(path.read_text().splitlines()) <= 420
