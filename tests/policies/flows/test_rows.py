"""Each row of the tables, tried: what it names inside passes, abroad fails with the path that leads there, and what is
not known before deploy is undecided."""

import json
import re
from typing import Any

import pytest

from policies.aliases import current
from policies.facts import Facts, store_types
from policies.flows import tables
from policies.flows.derive import derive
from policies.flows.families.by_entry import ENTRIES
from policies.flows.model import Flow, Kind
from policies.flows.processes import parts, processes
from policies.flows.reach import by_store
from policies.flows.report import path_text
from policies.flows.tables import Row
from policies.graph import Graph, Resource, Unknown
from policies.results import Verdict
from policies.type_kinds import TypeKind, kind_of
from tests.policies.flows.cases import ABROAD, BUCKET, OBJECTS, READS, ROLE, reader, resource, store
from tests.resources import ACCOUNT, PARTNER, REGION, arn, context, outcomes, ref
from tests.truth import sdk_types

FAR = f"arn:aws-cn:sqs:{ABROAD}:{ACCOUNT}:far"
NAMES = {
    "region": (PARTNER, ABROAD),
    "arn": (arn("sqs", "near"), FAR),
    "bucket": ("arn:aws-cn:s3:::near", "arn:aws:s3:::far"),
    "host": (f"near.{REGION}.rds.amazonaws.com.cn", f"far.{ABROAD}.rds.amazonaws.com"),
    "origin": (f"near.{REGION}.elb.amazonaws.com.cn", f"far.{ABROAD}.elb.amazonaws.com"),
    "backend": (arn("lambda", "function:near"), f"https://far.{ABROAD}.amazonaws.com/x"),
    "model": ("amazon.nova-lite-v1:0", "global.amazon.nova-lite-v1:0"),
    "mention": (f"to {arn('sqs', 'near')}", f"to {FAR}, each night"),
    "subscriber": (arn("sqs", "near"), FAR),
}
"""Kind of name -> (inside, abroad)."""

RULES = {
    "copies": "copies-inside-jurisdiction",
    "backups": "backup-copies-inside-jurisdiction",
    "deliveries": "deliveries-inside-jurisdiction",
    "connections": "connections-inside-jurisdiction",
}
JUDGED = [
    (rule, t, path, kind) for rule in RULES for t, rows in tables.names(rule).items() for path, kind in rows.items()
]
FLOWS = [
    (t, row)
    for t, rows in tables.flows().items()
    if current(t) == t
    for row in rows
    if row.kind in (Kind.DATA, Kind.METADATA)
    and row.target != row.source
    and not row.target.startswith(("self", "place "))
]


def names_of_kind(kind: str) -> tuple[Any, Any] | None:
    """(inside, abroad); None for a place that is stated itself, or told by its account alone."""
    if kind.startswith("place ") or kind == "account":
        return None
    return NAMES.get(kind, ("near", FAR))


def put(inputs: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """`inputs` with a value at a path of the tables."""
    head, json_text, inner = path.partition(">")
    if json_text:
        if isinstance(value, Unknown):
            return put(inputs, head, value)
        text = inputs.get(head)
        rows = put(json.loads(text) if isinstance(text, str) else {}, inner.removeprefix("[*]."), value)
        return put(inputs, head, json.dumps([rows] if inner.startswith("[*].") else rows))
    step, _, rest = path.partition(".")
    name, is_list = step.removesuffix("[*]"), step.endswith("[*]")
    name = "key" if name == "*" else name
    old = inputs.get(name)
    inside = old[0] if isinstance(old, list) and old else old
    new = put(dict(inside) if isinstance(inside, dict) else {}, rest, value) if rest else value
    return {**inputs, name: [new] if is_list else new}


def subject(type_token: str, inputs: dict[str, Any]) -> Resource:
    return resource(type_token, "subject", **{"protocol": "sqs", **inputs} if "endpoint" in inputs else inputs)


def _named(value: Any) -> str:
    return f"{value.source}-{value.target}" if isinstance(value, Row) else str(value)


def _plain(path: str) -> str:
    return re.sub(r"\[(\d+|\*)\]", "", path).replace(">.", ".").replace(">", ".").replace(".*", ".key")


# --- what a rule judges by itself


@pytest.mark.parametrize(("rule", "type_token", "path", "kind"), JUDGED, ids=_named)
def test_each_judged_input(rule: str, type_token: str, path: str, kind: str):
    def verdicts(value: Any) -> set[Verdict]:
        made = subject(type_token, put({}, path, value))
        found = outcomes(RULES[rule], made)
        wanted = (_plain(path), _plain(path.partition(">")[0]))
        return {o.verdict for o in found if _plain(o.property) in wanted}

    if kind == "account":
        assert (verdicts(ACCOUNT), verdicts("999999999999")) == ({Verdict.PASS}, {Verdict.FAIL})
        return
    named = names_of_kind(kind)
    if named is None:
        assert verdicts("any") == {Verdict.UNKNOWN}
        return
    if kind != "subscriber":
        assert verdicts(named[0]) == {
            Verdict.UNKNOWN if " else " in kind and " else anywhere" not in kind else Verdict.PASS
        }
    assert verdicts(named[1]) == {Verdict.FAIL}
    assert verdicts(Unknown()) == {Verdict.UNKNOWN}


# --- what flows


def _feed(type_token: str, row: Row) -> tuple[Resource | None, list[Resource], dict[str, Any]]:
    """(store, what surrounds it, inputs of the subject) so that the store's data come to where a row begins; no store
    where no input of the type names who gives."""
    bucket, given = store(), ref(BUCKET, "records", "id")
    if row.source.startswith("every "):
        every = row.source.removeprefix("every ")
        return (bucket if every == BUCKET else store(every)), [], {}
    if row.source != "self":
        return bucket, [], put({}, row.source, given)
    process = processes().get(type_token)
    if process is not None and process.role:
        return bucket, reader(READS, OBJECTS), put({}, process.role[0], ref(ROLE, "reader"))
    for other in tables.flows()[type_token]:
        if other.target == "self" and other.kind is not Kind.SERVING and other.source not in (row.target, "self"):
            return bucket, [], put({}, other.source, given)
    return None, [], {}


def leaves(type_token: str, row: Row, value: Any) -> list[bool | None]:
    """Whether the data that come to a row's beginning leave by its end, for each place that it leads to."""
    source, others, inputs = _feed(type_token, row)
    made = subject(type_token, put(inputs, row.target, value))
    facts = Facts(Graph.of([r for r in (source, *others, made) if r is not None]), context())
    origin = source or (made if is_whole_store(type_token) else None)
    if origin is not None:
        found = [s for s in facts.derived(by_store)[origin.urn].sinks if _is_of(s.path[-1], made, row)]
        for sink in found:
            text = path_text(origin, sink.path, facts)
            assert text.startswith(origin.name) and type_token in text
        return [sink.leaves for sink in found]
    graph = facts.derived(derive)
    flows = [f for f in graph.out.get(made.urn, ()) if _is_of(f, made, row)]
    return [None if f.doubt else _outside(graph.spots[f.target].inside) for f in flows if f.target in graph.spots]


def is_whole_store(type_token: str) -> bool:
    return type_token in store_types() and not store_types()[type_token].part_of


def _is_of(flow: Flow, made: Resource, row: Row) -> bool:
    ends = (_plain(row.target), _plain(row.target.partition(">")[0]))
    return flow.carrier == made.urn and _plain(flow.property) in ends


def _outside(inside: bool | None) -> bool | None:
    return None if inside is None else not inside


@pytest.mark.parametrize(("type_token", "row"), FLOWS, ids=_named)
def test_each_flow(type_token: str, row: Row):
    """Each end that is an input: inside, abroad, not known."""
    kind = tables.kind_of_name(type_token, row.target)
    named = names_of_kind(kind)
    if named is None:
        assert None in leaves(type_token, row, "any") or kind == "account"
        return
    inside, abroad = named
    assert True not in leaves(type_token, row, inside)
    assert True in leaves(type_token, row, abroad)
    assert None in leaves(type_token, row, Unknown())


# --- no mover without a row


WITHOUT_ROW: tuple[str, ...] = ()
"""Movers of data of which no table and no family says where to: each needs a reason here, and the list only shrinks."""


def test_each_mover_says_where_it_moves_to():
    movers = [t for t in sdk_types.tokens("aws") if current(t) == t and kind_of(t) is TypeKind.MOVER]
    assert len(movers) > 150
    assert tuple(t for t in movers if not says_where(t)) == WITHOUT_ROW


def says_where(type_token: str) -> bool:
    """Whether a table of flows, a share, or a part names the type."""
    judged = any(type_token in tables.names(rule) for rule in RULES)
    part = any(type_token == one.type for one in parts())
    return judged or part or type_token in tables.flows() or type_token in tables.shares()


PROCESSES_WITHOUT_ROW = {
    "aws:appstream/stack:Stack": "what users see; the fleet has the role",
    "aws:cloudwatch/eventConnection:EventConnection": "how to sign in; eventApiDestination says where to",
    "aws:codecatalyst/devEnvironment:DevEnvironment": "code of a space, without a role in the account",
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": "images come in",
    "aws:lambda/invocation:Invocation": "calls a function that is judged itself",
    "aws:lex/bot:Bot": "answers users; its alias says where conversations are logged",
    "aws:medialive/multiplex:Multiplex": "joins channels that are judged themselves",
    "aws:mediapackage/channel:Channel": "answers viewers",
    "aws:ram/resourceAssociation:ResourceAssociation": "by_policy follows it to the share",
    "aws:ram/resourceShare:ResourceShare": "by_policy follows it to its principals",
    "aws:rekognition/project:Project": "a model's name; what it learns from is not among its inputs",
    "aws:s3/filesSynchronizationConfiguration:FilesSynchronizationConfiguration": "a setting of a file system",
    "aws:storagegateway/gateway:Gateway": "a machine of the hospital; its shares say what they serve",
    "aws:workspaces/pool:Pool": "desktops; its directory has the network",
    "aws:workspacesweb/portal:Portal": "a browser; its session logger says where it logs",
    "aws:xray/traceSegmentDestination:TraceSegmentDestination": "traces within the account",
}
"""Processes of which no table says what they read, run with or write to: each with its reason; the list only shrinks."""


def test_each_process_says_what_it_reads_or_runs_with():
    known = {*processes(), *ENTRIES}
    every = [t for t in sdk_types.tokens("aws") if current(t) == t and kind_of(t) is TypeKind.PROCESS]
    assert {t for t in every if t not in known and not says_where(t)} == PROCESSES_WITHOUT_ROW.keys()
    assert len(PROCESSES_WITHOUT_ROW) <= 16
