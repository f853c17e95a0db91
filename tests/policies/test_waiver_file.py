"""Waiver files: what is read, what is refused, and that every error is told at once with its place."""

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.waiver_file import BadWaivers, default_file, of_project, read, read_text
from policies.waiver_schema import FIRST_LINE, schema, schema_text
from policies.waivers import NONE, load
from tests.conftest import ROOT

TODAY = date(2026, 11, 23)
GOOD = {
    "rule": "listener-tls-1-3",
    "resource": "aws:lb/listener:Listener::legacy-pacs",
    "reason": "The imaging archive speaks TLS 1.2 only until it is replaced in spring.",
    "owner": "cio@example.org",
    "expires_on": "2027-05-31",
    "ticket": "CHG-1234",
}


def text(*rows: object, **top: object) -> bytes:
    return yaml.safe_dump({"schema": 1, "waivers": list(rows), **top}, sort_keys=False, allow_unicode=True).encode()


def errors(content: bytes) -> list[str]:
    with pytest.raises(BadWaivers) as caught:
        read_text(content, "waivers.yaml", today=TODAY)
    assert str(caught.value) == "\n".join(str(e) for e in caught.value.errors)
    return [str(e) for e in caught.value.errors]


def test_a_good_file_is_read_with_its_places():
    read_ = read_text(text(GOOD), "waivers.yaml", today=TODAY)
    (row,) = read_.rows
    assert (row.rule, row.owner, row.expires_on, row.ticket) == (
        "listener-tls-1-3",
        "cio@example.org",
        date(2027, 5, 31),
        "CHG-1234",
    )
    assert row.place is not None and (row.place.line, row.place.path) == (3, "waivers[0]")
    assert str(read_).startswith("waivers.yaml ") and str(read_).endswith(", 1 waivers")


def test_dates_may_be_written_with_and_without_quotes():
    for day in ("2027-05-31", '"2027-05-31"', "'2027-05-31'"):
        content = text(GOOD).decode().replace("'2027-05-31'", day).encode()
        assert read_text(content, today=TODAY).rows[0].expires_on == date(2027, 5, 31)


def test_no_waivers_at_all_is_a_good_file():
    assert read_text(text(), today=TODAY).rows == ()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("rule", "listener-tls-13", "there is no rule 'listener-tls-13'; wanted: the id of one rule; did you mean"),
        ("rule", "*", "there is no rule '*'"),
        ("rule", "waiver-unused", "may not be waived: a waiver of a waiver"),
        ("rule", "trial-holds-no-patient-data", "may not be waived"),
        ("resource", "records", "'records' matches nothing; wanted: a URN, or TYPE::NAME"),
        ("resource", "", "is empty"),
        ("reason", "not now", "too short to convince"),
        ("reason", "x" * 40, "too short to convince"),
        ("reason", "a reason with a turned \u202e reading direction", "cannot be printed"),
        ("reason", "y" * 3000, "has 3000 characters; allowed: 2000"),
        ("owner", "x", "names nobody"),
        ("owner", None, "is no text"),
        ("owner", 17, "is no text"),
        ("ticket", True, "is no text"),
        ("expires_on", "2027-02-30", "'2027-02-30' is no day"),
        ("expires_on", "20270228", "is no day"),
        ("expires_on", "2027-W08-1", "is no day"),
        ("expires_on", "never", "is no day"),
        ("expires_on", "2027-11-25", "is more than a year ahead; allowed: until 2027-11-24"),
        ("severity", "low", "is not read by anything; allowed: rule, resource"),
        ("expire_on", "2027-05-31", "did you mean 'expires_on'?"),
    ],
)
def test_one_wrong_field_is_named_with_its_line(field: str, value: object, said: str):
    rows = [GOOD, {**GOOD, "resource": "aws:lb/listener:Listener::other", field: value}]
    (error,) = errors(text(*rows))
    line = 8 + list({**GOOD, field: value}).index(field) + 1
    assert error.startswith(f"waivers.yaml:{line}: waivers[1].{field}: "), error
    assert said in error


@pytest.mark.parametrize("field", [f for f in GOOD if f != "ticket"])
def test_a_missing_field_is_an_error(field: str):
    row = {key: value for key, value in GOOD.items() if key != field}
    assert errors(text(row)) == [f"waivers.yaml:3: waivers[0].{field}: is missing"]


def test_a_list_is_no_text():
    assert "waivers[0].owner: is no text" in errors(text({**GOOD, "owner": ["a", "b"]}))[0]


def test_a_ticket_may_be_missing_or_a_number():
    assert read_text(text({k: v for k, v in GOOD.items() if k != "ticket"}), today=TODAY).rows[0].ticket == ""
    assert read_text(text({**GOOD, "ticket": 1234}), today=TODAY).rows[0].ticket == "1234"


def test_all_errors_are_told_at_once():
    found = errors(text({**GOOD, "rule": "nothing", "owner": ""}, {**GOOD, "expires_on": "soon"}, "row"))
    assert len(found) == 4 and found == sorted(found, key=lambda e: int(e.split(":")[1]))


def test_the_same_rule_and_resource_twice_is_an_error():
    assert "says the same rule and resource as waivers[0] on line 3" in errors(text(GOOD, dict(GOOD)))[0]


def test_a_chinese_reason_counts_by_what_it_says():
    reason = "影像归档系统仅支持旧协议，春季更换。"
    assert read_text(text({**GOOD, "reason": reason}), today=TODAY).rows[0].reason == reason


@pytest.mark.parametrize(
    "pattern", ["*", "**", "?*", "*::*", "* *", "aws:*", "aws:*::*", "urn:*", "urn:pulumi:*::p::*::*"]
)
def test_everything_is_no_pattern_for_a_rule_that_judges_every_type(pattern: str):
    row = {**GOOD, "rule": "explicit-provider", "resource": pattern}
    assert "matches everything that explicit-provider judges" in errors(text(row))[0]
    assert read_text(text({**GOOD, "resource": pattern}), today=TODAY).rows, "a rule that names its types is limited"


@pytest.mark.parametrize("pattern", ["aws:s3/*", "*::legacy-*", "urn:pulumi:live::p::aws:s3/bucket:Bucket::*"])
def test_a_part_of_a_type_or_name_is_enough(pattern: str):
    assert read_text(text({**GOOD, "rule": "explicit-provider", "resource": pattern}), today=TODAY).rows


def test_a_check_of_checkov_may_be_waived():
    assert read_text(text({**GOOD, "rule": "CKV_AWS_18"}), today=TODAY).rows[0].rule == "CKV_AWS_18"
    assert read_text(text({**GOOD, "rule": "CKV2_AWS_61"}), today=TODAY).rows
    assert "there is no rule" in errors(text({**GOOD, "rule": "CKV_*"}))[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty; wanted: schema: 1"),
        (b"- a", "is no mapping"),
        (b"schema: 2\nwaivers: []", "schema: is not known; wanted: 1"),
        (b"schema: 1", "waivers: is missing"),
        (b"schema: 1\nwaivers: {}", "is no list"),
        (b"schema: 1\nschema: 1\nwaivers: []", "stands twice"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"schema: 1\nwaivers: [", "is not YAML"),
        (b"schema: 1\nwaivers:\n - resource: *\n", "is not YAML"),
        (b"schema: &a 1\nwaivers: []", "alias or an anchor"),
        (b"schema: 1\nwaivers: [&a {}, *a]", "alias or an anchor"),
        (b"schema: 1\nwaivers: [!!python/object/apply:os.system ['x']]", "uses a tag"),
        (b"--- 1\n--- 2\n", "more than one document"),
        (b"[" * 200_000, "too deep"),
        (b"{a: " * 2000, "too deep"),
        (b"#" * (256 * 1024 + 1), "larger than 256 KiB"),
        (b"schema: 1\nwaivers: [" + b"a," * 60_000 + b"]", "holds too much"),
        (b"schema: 1\nwaivers: [" + b"a," * 1001 + b"]", "has 1001 rows; allowed: 1000"),
        (b"\x00", "is not YAML"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_a_sentence(content: bytes, said: str):
    assert any(said in error for error in errors(content)), errors(content)


_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.dates().map(str)
_ROWS = st.dictionaries(st.sampled_from([*GOOD, "x", ""]), _VALUES | st.lists(_VALUES, max_size=2), max_size=7)


@settings(max_examples=150, deadline=None)
@given(st.lists(_ROWS, max_size=3) | _VALUES)
def test_any_data_is_read_or_refused_with_sentences(rows: object):
    content = yaml.safe_dump({"schema": 1, "waivers": rows}, allow_unicode=True).encode()
    try:
        read_text(content, today=TODAY)
    except BadWaivers as bad:
        assert bad.errors and all(str(e).isprintable() and "waivers" in str(e) for e in bad.errors)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(content: bytes):
    try:
        read_text(content, today=TODAY)
    except BadWaivers as bad:
        assert all(str(e).isprintable() for e in bad.errors)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(list(GOOD)), _VALUES)
def test_what_is_read_fits_the_schema(field: str, value: object):
    content = text({**GOOD, field: value})
    try:
        read_text(content, today=TODAY)
    except BadWaivers:
        return
    jsonschema.validate(json.loads(json.dumps(yaml.safe_load(content), default=str)), dict(schema()))


# --- where files are found


def test_a_stacks_own_file_comes_before_the_projects(tmp_path: Path):
    assert default_file(tmp_path, "live") is None
    assert of_project(tmp_path, "live") is NONE
    (tmp_path / "waivers.yaml").write_bytes(text())
    assert default_file(tmp_path, "live", "stacks") == tmp_path / "waivers.yaml"
    (tmp_path / "stacks" / "waivers").mkdir(parents=True)
    own = tmp_path / "stacks" / "waivers" / "live.yaml"
    own.write_bytes(text(GOOD))
    assert default_file(tmp_path, "live", "stacks") == own
    assert default_file(tmp_path, "organisation/project/live", "stacks") == own
    assert default_file(tmp_path, "other", "stacks") == tmp_path / "waivers.yaml"
    assert of_project(tmp_path, "live", "stacks", today=TODAY).file == "stacks/waivers/live.yaml"


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path):
    project, secret = tmp_path / "project", tmp_path / "secret.yaml"
    project.mkdir()
    secret.write_bytes(text(GOOD))
    (project / "waivers.yaml").symlink_to(secret)
    assert default_file(project, "live") is None
    assert default_file(project, "live", "../") is None


def test_a_file_that_is_named_must_be_there(tmp_path: Path):
    with pytest.raises(BadWaivers, match="is not there"):
        read(tmp_path / "no.yaml")
    with pytest.raises(BadWaivers, match="is not a file"):
        load(tmp_path)
    with pytest.raises(BadWaivers):
        read(Path("a\0b"))


def test_every_waiver_file_of_ours_is_good_and_names_its_schema():
    for file in (ROOT / "stacks" / "waivers").glob("*.yaml"):
        assert file.read_text().split("\n")[0] == FIRST_LINE
        assert (ROOT / "stacks" / f"Pulumi.{file.stem}.yaml").is_file(), f"{file} belongs to no stack"
        read(file)


def test_the_stored_schema_is_a_schema():
    stored = (ROOT / "stacks" / "waivers.schema.json").read_text()
    jsonschema.Draft7Validator.check_schema(json.loads(stored))
    assert json.loads(schema_text()) == dict(schema()), "tests/repository compares it with what is committed"


@pytest.mark.parametrize("guide", sorted((ROOT / "docs" / "guides").glob("*.md")), ids=lambda p: p.name)
def test_the_examples_of_the_guides_are_good(guide: Path):
    for block in re.findall(r"```yaml\n(.*?)```", guide.read_text(), re.DOTALL):
        if "waivers:" in block:
            assert read_text(block.encode(), guide.name, today=TODAY).rows
