"""The JSON Schema of a waiver file: what editors check while one types.

`python -m policies.waiver_schema` prints it; `stacks/waivers.schema.json` is that text, and a test holds it so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from policies.registry import all_rules
from policies.waiver_file import CHECKOV, DAY, LONGEST_TEXT, MOST_WAIVERS, REQUIRED, SHORTEST_REASON

FIRST_LINE = "# yaml-language-server: $schema=../waivers.schema.json"
"""The first line of a waiver file in stacks/waivers/."""


def schema() -> Mapping[str, Any]:
    """What editors check while one types. Reading checks more, and has the last word."""
    rules = [r.id for r in all_rules() if not (r.unwaivable and r.unwaivable_from_class <= 1)]
    rule = {"anyOf": [{"enum": rules}, {"type": "string", "pattern": f"^{CHECKOV.pattern}$"}]}
    text = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
    properties: dict[str, Any] = {
        "rule": {**rule, "description": "The id of one rule (`hospital-cloud rules`), or of a Checkov check."},
        "resource": {
            **text,
            "description": "Which resources: a pattern over the URN, or over TYPE::NAME; * any text, ? one character.",
        },
        "reason": {**text, "minLength": SHORTEST_REASON // 2, "description": "Why it is acceptable, for a reader."},
        "owner": {**text, "minLength": 2, "description": "Who answers for it: a person or a body."},
        "expires_on": {
            "type": "string",
            "format": "date",
            "pattern": f"^{DAY.pattern}$",
            "description": "The last day it counts, at most a year ahead.",
        },
        "ticket": {**text, "type": ["string", "integer"], "description": "Where the decision is filed."},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Waivers of a stack",
        "description": "Generated from policies/waiver_schema.py; see its docstring for the command.",
        "type": "object",
        "required": ["schema", "waivers"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": 1},
            "waivers": {
                "type": "array",
                "maxItems": MOST_WAIVERS,
                "items": {
                    "type": "object",
                    "required": list(REQUIRED),
                    "additionalProperties": False,
                    "properties": properties,
                },
            },
        },
    }


def schema_text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
