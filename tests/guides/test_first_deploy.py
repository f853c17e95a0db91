"""docs/guides/first-deploy.md, run word for word: every block marked `emulator`, one after the other, in one shell."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.truth import provider_schema

GUIDE = ROOT / "docs" / "guides" / "first-deploy.md"
_BLOCK = re.compile(r"^```bash emulator\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PORT = "5555"


def blocks() -> list[str]:
    return _BLOCK.findall(GUIDE.read_text(encoding="utf-8"))


def free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


def test_the_guide_goes_all_the_way() -> None:
    text = "\n".join(blocks())
    for step in (
        "make preview",
        "operations.sandbox start",
        "hospital-cloud bootstrap",
        "make sandbox ",
        "make sandbox-down",
    ):
        assert step in text


def test_every_verb_and_option_that_the_guide_names_exists() -> None:
    from infra.cli.main import main

    text = GUIDE.read_text(encoding="utf-8")
    for verb in sorted(set(re.findall(r"hospital-cloud ([a-z]+)", text))):
        assert main([verb, "--help"]) == 0, verb


@pytest.mark.slow(350)
def test_the_guide_can_be_followed_word_for_word(tmp_path: Path) -> None:
    if why := provider_schema.missing():
        pytest.skip(why)
    # A copy of the checkout, so that nothing of it is left behind; another port, so that two runs do not meet.
    work = tmp_path / "checkout"
    ignored = shutil.ignore_patterns(".git", ".venv", "out", "dist", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, work, ignore=ignored)
    (work / ".venv").symlink_to(ROOT / ".venv")
    script = "set -eux\n" + "\n".join(blocks()).replace(_PORT, free_port())
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_", "MAKE"))}
    environment["PYTHONPATH"] = str(work)  # before the checkout that the environment was made from
    if "TF_PLUGIN_DIR" in os.environ:
        environment["TF_PLUGIN_DIR"] = os.environ["TF_PLUGIN_DIR"]
    try:
        done = subprocess.run(
            ["bash", "-c", script], cwd=work, env=environment, capture_output=True, text=True, timeout=1200
        )
    finally:
        down = [".venv/bin/python", "-m", "operations.sandbox", "down", "--stack", "dev"]
        subprocess.run(down, cwd=work, env=environment, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-6000:]
    assert "nothing is left of it" in done.stdout + done.stderr
