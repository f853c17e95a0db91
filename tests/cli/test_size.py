"""`size`: the arithmetic alone."""

import json
from pathlib import Path

from tests.cli.conftest import ROOT, Cli


def test_every_size_with_its_arithmetic(cli: Cli) -> None:
    ended = cli("size")
    assert ended.code == 0
    assert "tier tertiary" in ended.out and "8,000 x 20 + 2,500 x 90" in ended.out
    assert "main-campus" in ended.out and "holds" in ended.out
    found = json.loads(cli("size", "--json").out)
    assert found["tier"] == "tertiary" and not any(size["pinned"] for size in found["sizes"])


def test_a_pinned_size_shows_what_was_computed(cli: Cli, tmp_path: Path) -> None:
    found = {size["path"]: size["value"] for size in json.loads(cli("size", "--json").out)["sizes"]}
    file = tmp_path / "Pulumi.pinned.yaml"
    text = (ROOT / "stacks" / "Pulumi.cn-tertiary.yaml").read_text()
    file.write_text(text.rstrip() + "\n\n    pins:\n      nodes: 13\n")
    ended = cli("size", "--stack", file)
    assert ended.code == 0
    (line,) = [line for line in ended.out.splitlines() if line.startswith("platform.primary.desired")]
    assert " 13 " in line and f"by hand; computed {found['platform.primary.desired']}" in line


def test_in_chinese(cli: Cli) -> None:
    ended = cli("size", "--stack", "cn-clinic", "--lang", "zh")
    assert ended.code == 0 and ended.out.startswith("层级：诊所级")
    assert "门诊量" in ended.out and "可兑现" in ended.out
    found = json.loads(cli("size", "--stack", "cn-clinic", "--lang", "zh", "--json").out)
    assert found["language"] == "zh-CN" and found["tier"] == "clinic", "what a program reads is the same"
    assert "门诊量" in {size["name"] for size in found["sizes"]}


def test_a_stack_that_is_not_there(cli: Cli) -> None:
    ended = cli("size", "--stack", "cn-tertiry")
    assert ended.code == 2 and "did you mean" in ended.err
