"""The pack and the waiver file: which file counts, that it covers what it should, that a bad one closes the gate."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from pulumi_policy.proxy import unknown_checking_proxy

from policies import crossguard
from policies.waivers import NONE

KEY = "aws:kms/key:Key"
ROW = f"""schema: 1
waivers:
  - rule: key-rotation
    resource: {KEY}::old
    reason: imported key material cannot rotate
    owner: cio@example.org
    expires_on: DAY
"""


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch):
    caches = (crossguard.context, crossguard.waivers)
    monkeypatch.setenv("PULUMI_CONFIG", "{}")
    for name in (crossguard.WAIVERS_VARIABLE, "PULUMI_PROJECT", "PULUMI_STACK"):
        monkeypatch.delenv(name, raising=False)
    for cached in caches:
        cached.cache_clear()
    crossguard._inputs_seen.clear()
    yield
    for cached in caches:
        cached.cache_clear()


def day(days: int) -> str:
    from datetime import date, timedelta

    return str(date.today() + timedelta(days=days))


def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(text)
    monkeypatch.setenv(crossguard.WAIVERS_VARIABLE, str(file))


def reported(name: str, wanted=crossguard._gates) -> list[str]:
    args = SimpleNamespace(
        resource_type=KEY,
        urn=f"urn:pulumi:s::p::{KEY}::{name}",
        name=name,
        props=unknown_checking_proxy({"enableKeyRotation": False, "region": "cn-north-1"}),
        opts=SimpleNamespace(protect=True, ignore_changes=[], parent=None),
        provider=None,
    )
    found: list[str] = []
    crossguard._resource(args, lambda message, urn=None: found.append(message), wanted)
    return found


def test_the_named_file_covers_its_resource_and_no_other(monkeypatch, tmp_path: Path):
    named(monkeypatch, tmp_path, ROW.replace("DAY", day(30)))
    assert not any(m.startswith("key-rotation") for m in reported("old"))
    assert any(m.startswith("key-rotation [") for m in reported("other"))


def test_what_is_waived_is_said_as_advice(monkeypatch, tmp_path: Path):
    named(monkeypatch, tmp_path, ROW.replace("DAY", day(30)))
    (said,) = [m for m in reported("old", crossguard._advises) if "[waived]" in m]
    assert said == f"key-rotation [waived] by cio@example.org until {day(30)}: imported key material cannot rotate"
    assert not any("[waived]" in m for m in reported("other", crossguard._advises))


def test_an_expired_one_covers_nothing(monkeypatch, tmp_path: Path):
    named(monkeypatch, tmp_path, ROW.replace("DAY", day(-1)))
    assert any(m.startswith("key-rotation [") for m in reported("old"))
    assert not any("[waived]" in m for m in reported("old", crossguard._advises))


def test_a_bad_file_closes_the_gate_with_its_sentence(monkeypatch, tmp_path: Path):
    named(monkeypatch, tmp_path, ROW.replace("DAY", "soon"))
    (said,) = reported("old")
    assert "the rules could not judge: " in said and "w.yaml:7: waivers[0].expires_on" in said


def test_without_a_name_only_this_projects_own_file_counts(monkeypatch, tmp_path: Path):
    pack, project = tmp_path / "policies", tmp_path
    (project / "stacks" / "waivers").mkdir(parents=True)
    pack.mkdir()
    (project / "Pulumi.yaml").write_text("name: hospital-cloud\nstackConfigDir: stacks\n")
    (project / "stacks" / "waivers" / "live.yaml").write_text(ROW.replace("DAY", day(30)))
    monkeypatch.setattr(crossguard, "__file__", str(pack / "crossguard.py"))
    for name, stack, rows in (("hospital-cloud", "live", 1), ("hospital-cloud", "dev", 0), ("other", "live", 0)):
        monkeypatch.setenv("PULUMI_PROJECT", name)
        monkeypatch.setenv("PULUMI_STACK", stack)
        crossguard.waivers.cache_clear()
        assert len(crossguard.waivers().rows) == rows, (name, stack)


def test_a_pack_that_stands_in_no_project_knows_no_waivers(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(crossguard, "__file__", str(tmp_path / "policies" / "crossguard.py"))
    assert crossguard.waivers() is NONE
