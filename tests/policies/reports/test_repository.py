"""Paths from the repository's root, and URIs of them."""

import pytest

from policies.reports.repository import Repository, uri

WHERE = Repository("/repo", "/repo/infra/hospital", "/repo", "/repo/infra/hospital/Pulumi.yaml")


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("__main__.py", "infra/hospital/__main__.py"),
        ("a/../b.py", "infra/hospital/b.py"),
        ("../shared/lib.py", "infra/shared/lib.py"),
        ("/repo/lib.py", "lib.py"),
        ("a\\b.py", "infra/hospital/a/b.py"),
        ("../../../etc/passwd", None),
        ("/usr/lib/python3/x.py", None),
        ("/repository/x.py", None),
        ("/repo", None),
        ("", None),
        ("<string>", None),
        ("a\0b", None),
        ("x" * 5000, None),
    ],
)
def test_path(file: str, path: str | None) -> None:
    assert WHERE.path(file) == path


def test_stack_files_and_the_subject() -> None:
    assert WHERE.stack_path("stacks/Pulumi.dev.yaml") == "stacks/Pulumi.dev.yaml"
    assert WHERE.subject_path == "infra/hospital/Pulumi.yaml"
    assert Repository("/repo", "/repo", "/repo", "/tmp/plan.json").subject_path == "plan.json"
    assert Repository().path("a.py") == "a.py"


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("a/b.py", "a/b.py"),
        ("a b#c?.py", "a%20b%23c%3F.py"),
        ("c:d.py", "c%3Ad.py"),
        ("医院/主.py", "%E5%8C%BB%E9%99%A2/%E4%B8%BB.py"),
        ("100%.py", "100%25.py"),
        ("\ud800.py", "%3F.py"),
    ],
)
def test_uri(path: str, encoded: str) -> None:
    assert uri(path) == encoded
