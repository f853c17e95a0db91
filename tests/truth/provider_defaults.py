"""What Terraform's AWS provider plans where nothing is said, as `policies/terraform/defaults.json`: defaults stand in the
provider's code alone, not in its schema, so it is asked.

Each type is planned with its required arguments unknown, once bare and once with each of its blocks; what the plan then
says of what was not given is the table. No resource is made and no cloud is asked. Takes a quarter of an hour for all
types: `python -m tests.truth.provider_defaults`; the committed table is compared with a sample in every run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from policies.terraform import provider_table
from policies.terraform.provider_table import Block, Field
from tests.truth import provider_schema

FORMAT = 1
FILE = Path(provider_table.__file__).with_name("defaults.json")
_UNKNOWN = "${terraform_data.unknown.id}"
_BATCH, _ROUNDS, _REPAIRS = 250, 10, 3
_DEEPEST, _MOST_BLOCKS = 4, 400
_NOT_ASKED = ("timeouts", "id", "region", "tags_all")
_MISSING = re.compile(
    r"one of `([^`]+)`\s+must\s+be\s+specified|one \(and only one\) of \[([^\]]+)\]|"
    r"one of these attributes must be configured: \[([^\]]+)\]|Block (\w+) must have a configuration"
)
_CRASHED = ("Plugin did not respond", "Request cancelled")
GIVEN: Mapping[str, Mapping[str, Any]] = {
    "aws_dynamodb_table": {"billing_mode": "PAY_PER_REQUEST"},
    "aws_kinesis_firehose_delivery_stream": {"destination": "extended_s3"},
    "aws_kinesis_stream": {"shard_count": 1},
    "aws_lambda_function": {"filename": "f.zip", "handler": "f.f", "runtime": "python3.12"},
    "aws_lb_target_group": {"port": 443, "protocol": "HTTPS", "vpc_id": _UNKNOWN},
    "aws_alb_target_group": {"port": 443, "protocol": "HTTPS", "vpc_id": _UNKNOWN},
}
"""What a type wants to be told beyond what its schema requires."""
_ADDRESS = re.compile(r"(aws_\w+)\.([\w-]+)")


class Key(NamedTuple):
    """One planned resource: its type, and which of its blocks is given."""

    type: str
    given: str


class Row(NamedTuple):
    """What was given, what the plan knows, what it does not."""

    given: Mapping[str, Any]
    known: Mapping[str, Any]
    unknown: Mapping[str, Any]


# --- what is asked ---------------------------------------------------------------------------------------------------


def questions(type_name: str) -> dict[Key, dict[str, Any]]:
    """Bodies of one type: bare, and for each block with the block in full and at its least."""
    block = provider_table.block_of(type_name)
    given = GIVEN.get(type_name, {})
    found = {Key(type_name, "bare"): {**_bare(block), **given}}
    for name, known in _settable(block):
        if _is_block(known) and known.block:
            inside = _full(known.block, 1, [_MOST_BLOCKS])
            found[Key(type_name, f"full-{name}")] = {**_bare(block), **given, name: [inside]}
            found[Key(type_name, f"min-{name}")] = {**_bare(block), **given, name: [_bare(known.block)]}
    return found


def _settable(block: Block) -> Iterator[tuple[str, Field]]:
    for name, known in sorted(block.by_terraform.items()):
        if (name not in _NOT_ASKED or known.required) and known.settable and not known.newer:
            yield name, known


def _is_block(known: Field) -> bool:
    return known.block is not None and not known.attribute


def _bare(block: Block) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, known in _settable(block):
        if _is_block(known) and known.min_items and known.block:
            found[name] = [_bare(known.block)]
        elif known.required and not _is_block(known):
            found[name] = _value(known)
    return found


def _full(block: Block, depth: int, left: list[int]) -> dict[str, Any]:
    found = _bare(block)
    for name, known in _settable(block):
        if _is_block(known) and known.block and depth <= _DEEPEST and left[0] > 0:
            left[0] -= 1
            found[name] = [_full(known.block, depth + 1, left)]
    return found


def _value(known: Field) -> Any:
    if isinstance(known.kind, list):
        return {"key": _UNKNOWN} if known.kind[0] == "map" else [_UNKNOWN]
    return _UNKNOWN


# --- asking ----------------------------------------------------------------------------------------------------------


def answers(asked: Mapping[Key, dict[str, Any]]) -> Iterator[tuple[Key, Row]]:
    """What the provider plans; a question that it refuses, and that cannot be mended, has no answer."""
    keys = list(asked)
    with tempfile.TemporaryDirectory() as folder:
        terraform = _Terraform(Path(folder))
        for start in range(0, len(keys), _BATCH):
            batch = {key: asked[key] for key in keys[start : start + _BATCH]}
            print(f"{start} of {len(keys)}", file=sys.stderr, flush=True)
            yield from terraform.planned(batch)


class _Terraform:
    """A folder in which terraform plans without any cloud."""

    def __init__(self, folder: Path) -> None:
        found = provider_schema.find_provider()
        if provider_schema.missing() or found is None:
            raise LookupError(provider_schema.missing())
        self.folder = folder
        settings = folder / "settings.tfrc"
        settings.write_text(
            f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(found[0]))}\n  }}\n}}\n"
        )
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "AWS_"))}
        self.variables = {**kept, "TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}
        self.head = {
            "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": found[1]}}},
            "provider": {
                "aws": {
                    "region": "eu-central-1",
                    "access_key": "none",
                    "secret_key": "none",
                    "skip_credentials_validation": True,
                    "skip_metadata_api_check": "true",
                    "skip_requesting_account_id": True,
                    "max_retries": 1,
                }
            },
        }
        self._write({})
        self._run("init", "-backend=false", "-input=false")

    def planned(self, batch: dict[Key, dict[str, Any]]) -> Iterator[tuple[Key, Row]]:
        repairs: dict[Key, int] = {}
        for _ in range(_ROUNDS):
            self._write(batch)
            done = self._run("plan", "-json", "-refresh=false", "-input=false", "-out=plan.bin")
            if done.returncode == 0:
                break
            refused = dict(_refused(done.stdout))
            if any(word in text for text in refused.values() for word in _CRASHED):
                yield from self._halves(batch)
                return
            for key, text in refused.items():
                if key in batch and (repairs.get(key, 0) >= _REPAIRS or not _mended(batch[key], key.type, text)):
                    del batch[key]
                repairs[key] = repairs.get(key, 0) + 1
        else:
            raise RuntimeError(f"terraform refuses these to the end: {list(batch)[:5]}")
        for row in json.loads(self._run("show", "-json", "plan.bin").stdout)["resource_changes"]:
            key = Key(row["type"], row["name"])
            if key in batch:
                yield key, Row(batch[key], row["change"]["after"], row["change"]["after_unknown"])

    def _halves(self, batch: dict[Key, dict[str, Any]]) -> Iterator[tuple[Key, Row]]:
        """The provider itself fell over one of these: the others are asked without it."""
        keys = list(batch)
        for half in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
            if len(keys) > 1 and half:
                yield from self.planned({key: batch[key] for key in half})

    def _write(self, batch: Mapping[Key, Any]) -> None:
        resources: dict[str, dict[str, Any]] = {"terraform_data": {"unknown": {}}}
        for key, body in batch.items():
            resources.setdefault(key.type, {})[key.given] = body
        (self.folder / "main.tf.json").write_text(json.dumps({**self.head, "resource": resources}))

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *words], cwd=self.folder, env=self.variables, capture_output=True, text=True, timeout=900
        )


def _refused(text: str) -> Iterable[tuple[Key, str]]:
    """The questions that terraform refuses, with its words."""
    found: dict[Key, str] = {}
    for line in text.splitlines():
        told = json.loads(line).get("diagnostic") if line.startswith("{") else None
        if told and told["severity"] == "error":
            where = told.get("address") or (told.get("snippet") or {}).get("context") or ""
            match = _ADDRESS.search(where)
            if match:
                key = Key(match.group(1), match.group(2))
                found[key] = f"{found.get(key, '')} {told['summary']} {told['detail']}"
    return found.items()


def _mended(body: dict[str, Any], type_name: str, text: str) -> bool:
    """Gives one of the arguments of which the provider wants one."""
    match = _MISSING.search(text)
    block = provider_table.block_of(type_name)
    for name in next(group for group in match.groups() if group).split(",") if match else ():
        known = block.by_terraform.get(name.strip())
        if known and known.settable and name.strip() not in body:
            body[name.strip()] = [_bare(known.block)] if _is_block(known) and known.block else _value(known)
            return True
    return False


# --- what the answers say --------------------------------------------------------------------------------------------


def table(rows: Mapping[Key, Row]) -> dict[str, dict[str, Any]]:
    """Type -> defaults by path, and the paths that are known only after the deploy though the schema does not say so."""
    found: dict[str, dict[str, Any]] = {}
    for key in sorted(rows, key=lambda k: (k.type, k.given != "bare", k.given)):
        row, block = rows[key], provider_table.block_of(key.type)
        mine = found.setdefault(key.type, {"defaults": {}, "computed": set()})
        if key.given == "bare":
            _learn(row.given, row.known, row.unknown, block, "", mine)
        else:
            name = key.given.partition("-")[2]
            _learn_inside(
                row.given[name], row.known.get(name), row.unknown.get(name), block.by_terraform[name], name, mine
            )
    return {
        type_name: {
            **({"defaults": dict(sorted(mine["defaults"].items()))} if mine["defaults"] else {}),
            **({"computed": sorted(mine["computed"])} if mine["computed"] else {}),
        }
        for type_name, mine in found.items()
    }


def _learn(given: Any, known: Any, unknown: Any, block: Block, path: str, into: dict[str, Any]) -> None:
    hidden = unknown if isinstance(unknown, Mapping) else {}
    for name, spec in _settable(block):
        where = f"{path}.{name}" if path else name
        if name in given:
            if _is_block(spec):
                _learn_inside(given[name], known.get(name), hidden.get(name), spec, where, into)
        elif hidden.get(name) is True:
            if not spec.computed:
                into["computed"].add(where)
        elif name in known and known[name] != _unsaid(spec):
            into["defaults"].setdefault(where, known[name])


def _unsaid(spec: Field) -> Any:
    """What the plan says of an argument without a default; of a computed one it should say nothing."""
    if _is_block(spec):
        return None if spec.nesting in ("single", "group") else []
    return object() if spec.computed else None


def _learn_inside(given: Any, known: Any, unknown: Any, spec: Field, path: str, into: dict[str, Any]) -> None:
    """Of a block: one element was given. A set with something unknown in it is told as a whole or not at all."""
    if not isinstance(known, list) or len(known) != 1 or not isinstance(known[0], Mapping) or spec.block is None:
        return
    hidden = unknown[0] if isinstance(unknown, list) and unknown else {}
    _learn(given[0], known[0], hidden, spec.block, path, into)


def text(types: Mapping[str, Any]) -> str:
    """The file: one line a type."""
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row, sort_keys=True)}" for name, row in sorted(types.items()))
    head = f'{{"format": {FORMAT}, "provider": {json.dumps(provider_table.version())}, "types": {{\n'
    return f"{head}{lines}\n}}}}\n"


def ask(type_names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The table of these types, from the provider. Raises LookupError without terraform."""
    asked: dict[Key, dict[str, Any]] = {}
    for name in type_names:
        asked |= questions(name)
    return table(dict(answers(asked)))


def main() -> int:
    names = [name for name in sorted(provider_schema.load().types) if provider_table.tokens_of(name)]
    FILE.write_text(text(ask(names)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
