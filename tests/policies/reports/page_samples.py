"""A report with everything a page can show."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from policies.reports.as_json import dumps
from policies.reports.comparison import base_in, compared
from policies.results import Report, Severity, Verdict
from policies.waivers import Waiver
from tests.policies.reports.samples import FAR, finding, report, urn

BUCKET = urn("aws:s3/bucket:Bucket", "images-bucket")


def sink(inside: bool | None, where: str, jurisdiction: str | None, kind: str = "data") -> dict[str, Any]:
    stated = {"property": "rules[0].destination.bucket", "place": "__main__.py:7", "to": where, "doubt": inside is None}
    leaves = False if inside or kind == "serving" else None if inside is None else True
    place = {"jurisdiction": jurisdiction, "account": "own", "partition": "aws-cn", "authentication": "a certificate"}
    path = [{"urn": BUCKET, "kind": kind, **stated}]
    return {"kind": kind, "where": where, "inside": inside, "leaves": leaves, "path": path, **place}


RESIDENCY = [
    {"urn": BUCKET, "name": "images-bucket", "data_class": 4, "sinks": [sink(True, FAR, "cn-mainland")]},
    {
        "urn": urn("aws:dynamodb/table:Table", "sessions"),
        "name": "sessions",
        "data_class": 3,
        "sinks": [
            sink(True, FAR, "cn-mainland"),
            sink(False, "us-east-1", "us"),
            sink(None, "a queue", None, "metadata"),
            sink(None, "users", None, "serving"),
        ],
        "more": 7,
    },
]


def requirement(number: int, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"clause-{number}",
        "clause": f"8.1.4.{number}",
        "title": f"Requirement {number}",
        "title_zh": "要求",
        "paraphrase": "Data are protected.",
        "paraphrase_zh": "数据受保护。",
        "mark": "V",
        "source": "the text itself",
        "document": "",
        "document_zh": "",
        "status": status,
        "why": "",
        "rules": [],
        "resources": {},
        **more,
    }


EVIDENCE = {
    "asked": [],
    "notes": ["a note on evidence"],
    "frameworks": [
        {
            "id": "mlps-level-3",
            "title": "GB/T 22239-2019, level 3",
            "title_zh": "等保三级",
            "counts": {"proven": 1, "violated": 1, "needs a document": 1},
            "documents": 1,
            "requirements": [
                requirement(
                    1,
                    "violated",
                    rules=[{"rule": "key-rotation", "status": "violated", "ran": True, "findings": {"violated": 2}}],
                    resources={"violated": {"count": 12, "first": [BUCKET]}},
                ),
                requirement(2, "proven", rules=[{"rule": "tls", "status": "proven", "ran": True, "findings": {}}]),
                requirement(3, "needs a document", document="The training record."),
            ],
        }
    ],
}


def full_report(more: int = 0) -> Report:
    """Violations of several severities, undecided and waived findings, a base, evidence, residency; `more` violations
    beside."""
    waiver = Waiver("backup-coverage", "*", "a migration", "the owner", date(2027, 1, 31))
    old = [
        finding(),
        finding(Verdict.UNKNOWN, rule="tls-version", theme="encryption-in-transit", severity=Severity.MEDIUM),
    ]
    gone = finding(rule="gone", severity=Severity.LOW)
    found = [
        *old,
        finding(rule="no-public-acl", theme="exposure", severity=Severity.CRITICAL, region=FAR, found="public-read"),
        finding(rule="advice", theme="tagging", severity=Severity.LOW, region=None, found="<b>bold</b>"),
        finding(Verdict.WAIVED, rule="backup-coverage", theme="backup", waiver=waiver),
        finding(Verdict.PASS),
        finding(Verdict.NOT_APPLICABLE),
        *(
            finding(rule=f"rule-{n % 60}", name=f"bucket-{n}", urn=urn("aws:s3/bucket:Bucket", f"b{n}"))
            for n in range(more)
        ),
    ]
    made = report(*found, problems=("a problem",))
    base = base_in(json.loads(dumps(report(*old, gone))), "base.json")
    details = {**made.details, "changes": compared(made, base), "evidence": EVIDENCE, "residency": RESIDENCY}
    return replace(made, details=details)
