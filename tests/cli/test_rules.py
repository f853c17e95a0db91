"""`rules`: the list, one page, what does not exist."""

import json

from policies.registry import all_rules
from tests.cli.conftest import Cli
from tests.languages.test_spoken_chinese import english_left


def test_the_list_names_every_rule(cli: Cli) -> None:
    ended = cli("rules")
    assert ended.code == 0
    assert all(f"{rule.id} " in ended.out and rule.title in ended.out for rule in all_rules())


def test_a_theme(cli: Cli) -> None:
    rows = json.loads(cli("rules", "--theme", "residency", "--json").out)["rules"]
    assert rows and {row["theme"] for row in rows} == {"residency"}
    assert {"id", "severity", "title", "title_zh", "why", "fix", "page", "types"} <= rows[0].keys()


def test_every_page_can_be_printed(cli: Cli) -> None:
    for rule in all_rules():
        ended = cli("rules", rule.id)
        assert ended.code == 0 and ended.out.startswith(f"{rule.id}\n{rule.title}\n")
        assert rule.why in ended.out and rule.fix in ended.out


def test_every_page_in_chinese(cli: Cli) -> None:
    for rule in all_rules():
        ended = cli("rules", rule.id, "--lang", "zh")
        assert ended.code == 0 and rule.title_zh in ended.out
        told = ended.out.replace(rule.title, "").replace(", ".join(rule.types), "")
        for example in (rule.good, rule.bad):
            told = told.replace(example, "")
        assert english_left(told) == [], rule.id


def test_what_does_not_exist(cli: Cli) -> None:
    ended = cli("rules", "key-rotations")
    assert ended.code == 2 and "did you mean 'key-rotation'?" in ended.err
    ended = cli("rules", "--theme", "residenc")
    assert ended.code == 2 and "did you mean 'residency'?" in ended.err
    ended = cli("rules", "key-rotation", "--theme", "residency")
    assert ended.code == 2 and "of the theme residency" in ended.err
