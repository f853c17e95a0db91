"""The report on a terminal: everything a reader needs, nothing that moves the cursor."""

import io

from rich.console import Console

from policies.reports import terminal
from policies.results import Report, Severity, Verdict
from tests.policies.reports.samples import finding, report


def shown(what: Report, **options: bool) -> str:
    out = io.StringIO()
    terminal.show(Console(file=out, width=200, soft_wrap=True), what, **options)
    return out.getvalue()


def test_a_finding_is_shown_whole() -> None:
    text = shown(report(finding()))
    for part in (
        "FAIL key-rotation [high] aws:s3/bucket:Bucket images-bucket in cn-north-1",
        "property  tags",
        "found     nothing",
        "wanted    a class",
        "remedy    Tag it.",
        "stack     stacks/Pulumi.s.yaml:14 (data_centres.beijing)",
        "source    infra/blueprint.py:7",
        "component components/private_bucket.py:9",
        "violated: 1 rules, 0 passed, 1 violated, 0 undecided",
    ):
        assert part in text, part


def test_advice_is_counted_apart() -> None:
    advice = finding(severity=Severity.LOW)
    assert "complies: 1 rules, 0 passed, 0 violated, 0 undecided; advice, which stops nothing: 1" in shown(
        report(advice)
    )
    assert "stops nothing: 1" in shown(report(finding(), advice))
    assert "stops nothing" not in shown(report(finding()))


def test_tree_counts_and_what_is_not_covered() -> None:
    text = shown(report())
    assert "EncryptedStorage images  5: cn-north-1 3, cn-northwest-1 1, global 1" in text
    assert "9 resources: cn-north-1 5, cn-northwest-1 2, global 1, unknown 1" in text
    assert "Not covered by a rule of their own: aws:sqs/queue:Queue (1)" in text
    assert "Note: a note" in text


def test_passes_are_listed_when_asked_for() -> None:
    passing = report(finding(Verdict.PASS, found="rotated"))
    assert "pass key-rotation" not in shown(passing)
    assert "pass key-rotation: aws:s3/bucket:Bucket images-bucket, tags: rotated" in shown(passing, passes=True)


def test_the_verdict_per_theme() -> None:
    text = shown(report(finding(), finding(Verdict.PASS), finding(Verdict.UNKNOWN, theme="residency")))
    rows = {
        line.split()[0]: line.split()[1:] for line in text.splitlines() if line.startswith(("encryption", "residency"))
    }
    assert rows == {"encryption-at-rest": ["1", "1"], "residency": ["1"]}


def test_values_cannot_move_the_cursor_nor_be_markup() -> None:
    hostile = "\x1b[2J\x07\r[red]x[/red]\u202e\u2066"
    fields = dict.fromkeys(("name", "found", "wanted", "remedy", "property", "region", "type"), hostile)
    text = shown(
        report(
            finding(severity=Severity.CRITICAL, **fields),
            finding(Verdict.PASS, **fields),
            notes=(hostile,),
            problems=(hostile,),
            not_covered={hostile: 1},
        ),
        passes=True,
    )
    assert not any(c in text for c in "\x1b\x07\r\u202e\u2066")
    assert text.count("[red]x[/red]") > 8
