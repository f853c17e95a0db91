"""The JSON Schema of a stack file: what editors check while one types. The loader checks more, and has the last word.

`python -m infra.settings.schema` prints it; `stacks/hospital.schema.json` is that text, and a test holds it so.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import jurisdictions
from infra.settings.loader import KEY, PROJECT
from infra.settings.model import Hospital

FIRST_LINE = "# yaml-language-server: $schema=hospital.schema.json"
"""The first line of every stack file: editors find the schema by it."""


def document() -> dict[str, Any]:
    """The schema of a whole stack file: Pulumi's own lines are free, ours are not."""
    hospital = Hospital.model_json_schema(by_alias=True)
    definitions = hospital.pop("$defs")
    hospital["properties"]["jurisdiction"]["enum"] = list(jurisdictions.names())
    definitions["Hospital"] = hospital
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Stack file of a hospital",
        "description": "Generated from infra/settings; see its docstring for the command.",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "required": [KEY],
                "properties": {KEY: {"$ref": "#/$defs/Hospital"}},
                "patternProperties": {f"^{PROJECT}:(?!hospital$)": False, "^[^:]*$": False},
            },
            "encryptionsalt": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "secretsprovider": {"type": "string"},
        },
        "$defs": dict(sorted(definitions.items())),
    }


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
