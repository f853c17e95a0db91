"""`--lang` on the command line: every verb that prints a report, and nothing guessed from the environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.policies.reports.samples import two_regions

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from infra.cli.main import run; run()", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        timeout=300,
    )


@pytest.fixture
def graph(tmp_path: Path) -> str:
    file = tmp_path / "graph.json"
    file.write_text(two_regions().dumps())
    return str(file)


def test_audit(graph: str, tmp_path: Path) -> None:
    done = run("audit", graph, "--lang", "zh", "--out", str(tmp_path), "--format", "json", "--format", "markdown")
    assert done.returncode == 1, done.stderr
    assert "违规" in done.stdout and "应有值" in done.stdout and "报告：" in done.stdout
    assert "判定" in done.stderr and "judging" not in done.stderr
    report = json.loads(next(tmp_path.glob("*/report.json")).read_text("utf-8"))
    assert report["head"]["language"] == "zh-CN"
    jsonschema.validate(report, json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text("utf-8")))
    assert report["verdict"] == "violated" and {f["severity"] for f in report["findings"]} >= {"high", "medium"}
    assert "各主题结论" in next(tmp_path.glob("*/report.md")).read_text("utf-8")


def test_nothing_is_guessed_from_the_environment(graph: str, tmp_path: Path) -> None:
    done = run("audit", graph, "--out", str(tmp_path), "--format", "json", LANG="zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8")
    assert "Verdict per theme" in done.stdout
    assert json.loads(next(tmp_path.glob("*/report.json")).read_text("utf-8"))["head"]["language"] == "en"


def test_rules() -> None:
    listed = run("rules", "--theme", "backup", "--lang", "zh")
    assert listed.returncode == 0 and "备份" in listed.stdout and "严重程度" in listed.stdout
    page = run("rules", "backup-vault-locked", "--lang", "zh")
    assert "理由：" in page.stdout and "改法：" in page.stdout and "要求来自：" in page.stdout
    data = json.loads(run("rules", "backup-vault-locked", "--lang", "zh", "--json").stdout)
    assert data["language"] == "zh-CN" and "保管库" in data["rules"][0]["title_zh"]
    assert "冷静期" in data["rules"][0]["page"] and data["rules"][0]["clauses"]


def test_another_language_is_refused(graph: str) -> None:
    done = run("audit", graph, "--lang", "fr")
    assert done.returncode == 2 and "'en', 'zh'" in done.stderr
