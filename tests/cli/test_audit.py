"""`audit`: programs of others, the good, the bad and the broken; graphs in files."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAMS, Cli


def test_a_program_that_complies(cli: Cli, tmp_path: Path) -> None:
    ended = cli("audit", PROGRAMS / "complies")
    assert ended.code == 0, ended.out
    assert "complies: " in ended.out.splitlines()[-2]
    assert "in a process of its own, without credentials" in ended.out
    assert "MLPS level 3" in ended.out
    assert (tmp_path / "out" / "audit-complies" / "report.html").is_file()


def test_a_program_that_violates(cli: Cli, tmp_path: Path) -> None:
    ended = cli("audit", PROGRAMS / "violates")
    assert ended.code == 1
    assert "FAIL resource-inside-jurisdiction [critical] aws:s3/bucket:Bucket images in us-east-1" in ended.out
    report = json.loads((tmp_path / "out" / "audit-violates" / "report.json").read_text())
    failed = {f["rule"]: f for f in report["findings"] if f["verdict"] == "fail"}
    assert {"account-not-left-to-machine", "data-class-tag-present", "store-customer-key"} <= failed.keys()
    assert failed["data-class-tag-present"]["source"] == {"file": "__main__.py", "line": 5}


def test_a_program_that_is_all_there_is_in_its_account(cli: Cli) -> None:
    assert "a part of its accounts" in cli("audit", PROGRAMS / "complies").out
    ended = cli("audit", PROGRAMS / "complies", "--whole-accounts")
    assert ended.code == 1
    assert "FAIL account-audited [high] pulumi:providers:aws" in ended.out
    assert "its accounts as wholes" in ended.out


def test_a_program_file_alone_and_json(cli: Cli) -> None:
    ended = cli("audit", PROGRAMS / "violates" / "__main__.py", "--json")
    assert ended.code == 1
    assert json.loads(ended.out)["details"]["title"] == "violates"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("raises", "__main__.py:5: the program raised ValueError: the ward's list is empty: audit"),
        ("needs_network", "an audited program gets neither network nor credentials"),
        ("needs_credentials", "an audited program gets neither network nor credentials"),
        (
            "unknown_function",
            "__main__.py:5: the provider function aws:ec2/getSpotPrice:getSpotPrice cannot be answered",
        ),
        (
            "unknown_function_later",
            "__main__.py:5: the provider function aws:ec2/getSpotPrice:getSpotPrice cannot be answered",
        ),
        ("missing_module", "__main__.py:3: the module 'the_hospitals_own_library' is not installed"),
        ("exits", "__main__.py:5: the program ended itself with exit code 0"),
    ],
)
def test_a_program_that_does_not_end_well(cli: Cli, program: str, said: str) -> None:
    ended = cli("audit", PROGRAMS / program)
    assert ended.code == 2 and ended.out == ""
    assert said in ended.err


def test_credentials_do_not_reach_the_program(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    ended = cli("audit", PROGRAMS / "needs_credentials")
    assert ended.code == 2 and "Unable to locate credentials" in ended.err


def test_a_program_that_never_ends(cli: Cli) -> None:
    ended = cli("audit", PROGRAMS / "loops", "--time-limit-s", "3")
    assert ended.code == 2 and "ran longer than 3 s and was ended" in ended.err


def test_a_program_without_resources_is_not_said_to_comply(cli: Cli) -> None:
    ended = cli("audit", PROGRAMS / "registers_nothing")
    assert ended.code == 2 and "nothing was judged" in ended.out and "undecided: " in ended.out


def test_a_program_that_needs_values_is_run_with_unknowns(cli: Cli) -> None:
    ended = cli("audit", PROGRAMS / "needs_values")
    assert "run with unknown outputs, as in an engine's preview, because: __main__.py:6" in ended.out


def test_secret_settings_of_a_stack_file_are_there_and_hidden(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: his\nruntime: python\n")
    (tmp_path / "Pulumi.live.yaml").write_text(
        "config:\n  his:password: {secure: AAAB}\n  his:lab:\n    user: lab\n    keys: [{secure: AAAC}]\n"
    )
    (tmp_path / "__main__.py").write_text(
        "import pulumi\nimport pulumi_aws as aws\nc = pulumi.Config()\nlab = c.require_object('lab')\n"
        "given = {'a': c.require_secret('password'), 'b': c.require('password'), 'c': lab['keys'][0], 'd': lab['user']}\n"
        "for name, word in given.items():\n"
        "    aws.rds.Instance(name, instance_class='db.m7g.large', username='his', password=word)\n"
    )
    ended = cli("audit", tmp_path, "--json", "--jurisdiction", "eu")
    said = {f["name"]: f["verdict"] for f in json.loads(ended.out)["findings"] if f["rule"] == "no-secret-in-clear"}
    assert said == {"a": "pass", "b": "pass", "c": "pass", "d": "fail"}


def test_a_setting_that_is_missing_is_asked_for(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: his\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("import pulumi\npulumi.Config().require('vpc')\n")
    ended = cli("audit", tmp_path)
    assert ended.code == 2 and "Missing required configuration variable 'his:vpc' please set a value" in ended.err


def test_syntax_error(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text("import pulumi\nbucket = (\n")
    ended = cli("audit", file)
    assert ended.code == 2 and "program.py:2: the program is not valid Python" in ended.err


@pytest.mark.parametrize(
    ("project", "said"),
    [
        (None, "has no Pulumi.yaml"),
        ("name: x\nruntime: nodejs\n", "runtime is 'nodejs'"),
        ("runtime: python\n", "name is missing"),
        ("name: x\nruntime: python\nmain: ../../..\n", "leads out of the project"),
        ("name: x\nruntime: python\n", "does not exist"),
        ("{[", "is not valid YAML"),
    ],
)
def test_no_project(cli: Cli, tmp_path: Path, project: str | None, said: str) -> None:
    if project is not None:
        (tmp_path / "Pulumi.yaml").write_text(project)
    ended = cli("audit", tmp_path)
    assert ended.code == 2 and said in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/nowhere"], "/nowhere does not exist"),
        (
            [PROGRAMS / "complies", "--jurisdiction", "atlantis"],
            "there is no jurisdiction 'atlantis'; allowed: cn-mainland",
        ),
        ([PROGRAMS / "complies", "--stack", "prod"], "has no Pulumi.prod.yaml"),
        ([PROGRAMS / "complies", "--data-class-tag", ""], "the tag for hospital-cloud:data-class is empty"),
    ],
)
def test_bad_arguments(cli: Cli, arguments: list[object], said: str) -> None:
    ended = cli("audit", *arguments)
    assert ended.code == 2 and said in ended.err


def test_another_jurisdiction(cli: Cli) -> None:
    ended = cli("audit", PROGRAMS / "complies", "--jurisdiction", "eu")
    assert ended.code == 1
    assert "found     cn-north-1" in ended.out and "MLPS" not in ended.out.split("Note:")[-1]


def test_tags_of_its_own(cli: Cli) -> None:
    def missing(*options: str) -> set[str]:
        report = json.loads(cli("audit", PROGRAMS / "names_tags_its_own_way", "--json", *options).out)
        return {f["rule"] for f in report["findings"] if f["verdict"] == "fail" and f["theme"] == "tagging"}

    assert "data-class-tag-present" in missing()
    assert not missing("--data-class-tag", "sensitivity", "--record-kind-tag", "record", "--backup-tag", "safe")


def test_names_cannot_move_the_cursor_or_become_markup(cli: Cli, tmp_path: Path) -> None:
    ended = cli("audit", PROGRAMS / "hostile_names")
    assert ended.code == 1
    assert "\x1b" not in ended.out + ended.err and "\u202e" not in ended.out
    assert "\\x1b[2J" in ended.out and "[bold]markup[/bold]" in ended.out
    page = (tmp_path / "out" / "audit-hostile-names" / "report.html").read_text()
    assert page.count("<script") == 1 and "<img" not in page and "\x1b" not in page


def test_a_folder_called_policies_where_the_user_stands(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "__init__.py").write_text("raise RuntimeError('not ours')")
    monkeypatch.chdir(tmp_path)
    assert cli("audit", PROGRAMS / "complies").code == 0


def test_configuration_that_states_a_hospital_counts(cli: Cli, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: stated\nruntime: python\n")
    (project / "__main__.py").write_text((PROGRAMS / "complies" / "__main__.py").read_text())
    stated = "config:\n  hospital-cloud:hospital:\n    jurisdiction: eu\n    lifecycle: trial\n    data: synthetic\n"
    (project / "Pulumi.prod.yaml").write_text(stated)
    details = json.loads(cli("audit", project, "--json").out)["details"]
    assert (details["jurisdiction"], details["lifecycle"], details["stack"]) == ("eu", "trial", "prod")
    ended = cli("audit", project, "--json", "--jurisdiction", "cn-mainland", "--lifecycle", "live")
    details = json.loads(ended.out)["details"]
    assert (details["jurisdiction"], details["lifecycle"]) == ("cn-mainland", "live")


# --- graphs in files -------------------------------------------------------------------------------------------------


def test_a_graph_is_judged_as_its_program_was(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    file.write_text(cli("graph", PROGRAMS / "violates").out)
    from_file = json.loads(cli("audit", file, "--json").out)
    from_program = json.loads(cli("audit", PROGRAMS / "violates", "--json").out)
    assert from_file["findings"] == from_program["findings"]


def _graph(row: str) -> str:
    return f'{{"format": 1, "resources": [{row}]}}'


GOOD_ROW = '{"urn": "urn:pulumi:s::p::a:b:C::n", "type": "a:b:C", "name": "n", "custom": true, "inputs": {}}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; wanted: JSON"),
        ("[]", "graph format 'list' is not known"),
        ('{"format": 99, "resources": []}', "graph format 99 is not known"),
        ('{"format": 1}', "graph JSON is not whole"),
        ('{"format": 1, "resources": {}}', "resources is not a list"),
        ('{"format": 1, "resources": [7]}', "resources[0] is not an object"),
        (_graph(GOOD_ROW.replace('"n"', "{}")), "resources[0] has no usable name"),
        (_graph(GOOD_ROW.replace('"inputs"', '"region": [], "inputs"')), "usable region"),
        (_graph(GOOD_ROW.replace("{}", "[]")), "usable inputs"),
        ("[" * 100_000, "is nested too deeply"),
        ("\ufeff{}", "is no document that this program reads"),
    ],
)
def test_a_file_that_is_no_graph(cli: Cli, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "graph.json"
    file.write_text(text)
    ended = cli("audit", file)
    assert ended.code == 2 and said in ended.err, ended.err


def test_a_file_that_is_not_there_or_too_large(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "does not exist" in cli("audit", tmp_path / "none.json").err
    (tmp_path / "folder.json").mkdir()
    assert "is not a file" in cli("audit", tmp_path / "folder.json").err
    file = tmp_path / "large.json"
    file.touch()
    os.truncate(file, 200)
    monkeypatch.setattr("policies.sources.deployed.LARGEST_BYTES", 100)
    assert "is larger than" in cli("audit", file).err


def test_parents_in_a_circle_are_no_fault(cli: Cli, tmp_path: Path) -> None:
    row = json.loads(GOOD_ROW)
    rows = [
        {
            **row,
            "urn": f"urn:pulumi:s::p::a:b:C::{name}",
            "name": name,
            "custom": name == "c",
            "parent": f"urn:pulumi:s::p::a:b:C::{parent}",
        }
        for name, parent in (("a", "b"), ("b", "a"), ("c", "a"))
    ]
    file = tmp_path / "graph.json"
    file.write_text(json.dumps({"format": 1, "resources": rows}))
    ended = cli("audit", file)
    assert ended.code == 2 and "fault" not in ended.err
    assert "no rule knows any of these resources" in ended.out
