"""One stack file -> what must be there before its first deployment, and whether it may be made. Offline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from components.deploy_policies import state_bucket_name, state_key_alias
from components.placement import role_arn
from infra import program
from infra.blueprint import bootstrap
from infra.blueprint.frame import placement_of
from infra.judgement import engine_config, judge_stack
from infra.preview import stack_name
from infra.settings import Hospital, Loaded, load
from infra.settings.kinds import Origin
from infra.settings.loader import PROJECT
from operations.live import Identity, Live, require_partition
from policies.graph import Graph
from policies.results import Report
from policies.sources.program import record


@dataclass(frozen=True)
class Prepared:
    """What `hospital-cloud bootstrap` would make, and its judgement."""

    stack: str
    loaded: Loaded
    graph: Graph
    report: Report


def prepare(stack_file: Path, *, on_step: Callable[[str], None] | None = None) -> Prepared:
    """Reads, runs the bootstrap program under the recorder, judges with the rules of the stack itself. Raises
    `StackFileErrors` with everything that is wrong in the file."""
    step = on_step or (lambda _text: None)
    step("reading the stack file")
    loaded = load(stack_file)
    step("running the program")
    recorded = record(
        lambda: bootstrap.build(loaded.hospital),
        project=PROJECT,
        stack=stack_name(stack_file),
        jurisdiction=loaded.hospital.law,
        config=engine_config(loaded.hospital),
        root=program.ROOT,
    )
    step("judging")
    report = judge_stack(loaded, recorded.graph, synthetic=recorded.synthetic, prepares_accounts=False)
    return Prepared(stack_name(stack_file), loaded, recorded.graph, report)


class Unclear(Exception):
    """Which account is meant, or who uses the state, cannot be told; the text says so."""


ALL = "all"


def way_in(
    hospital: Hospital, *, profile: str | None, role: str | None, endpoint_url: str | None
) -> tuple[Live, Identity]:
    """A way into the hospital's accounts, and whose credentials these are. Raises LiveError; also where they are of
    another partition than the hospital's regions."""
    accounts = hospital.accounts.by_role().values()
    region, partition = hospital.primary.region, hospital.law.partition
    caller = Live(endpoint_url=endpoint_url, profile=profile, region=region).identity()
    require_partition(caller, partition.id)
    others = [account.id for account in accounts if account.id != caller.account_id] if role else []
    roles = {account: partition.arn("iam", "", account, f"role/{role}") for account in others}
    return Live(endpoint_url=endpoint_url, profile=profile, region=region, role_arns=roles), caller


def chosen(hospital: Hospital, asked: str | None, caller_account: str, role: str | None) -> tuple[str, ...]:
    """The accounts, by what they are for, that these credentials are to prepare: those named, else the one that they
    are of. Raises Unclear where they are of another account and no `role` is named to take on there."""
    accounts = hospital.accounts.by_role()
    listed = ", ".join(f"{name} {account.id}" for name, account in accounts.items())
    if asked not in (None, ALL, *accounts):
        raise Unclear(f"the stack file names no {asked} account; it names {listed}")
    names = [
        name
        for name, account in accounts.items()
        if asked in (name, ALL) or (not asked and account.id == caller_account)
    ]
    if not names:
        raise Unclear(
            f"the credentials are of account {caller_account}, which the stack file does not name; it names {listed}"
        )
    for name in names:
        if accounts[name].id != caller_account and not role:
            raise Unclear(
                f"the credentials are of account {caller_account}; the {name} account is {accounts[name].id}: "
                f"use credentials of that account, or name with --role the role to take on there"
            )
    if "workload" in names and not bootstrap.users_of_state(hospital):
        raise Unclear(
            "accounts.workload.deploy_role_arn is missing: the account brings its own roles (baseline: existing), and "
            "only a role that is named may use the key of the state"
        )
    return tuple(names)


def brings_its_own(hospital: Hospital, account: str) -> str:
    """What is said of an account that has bounds and roles already; empty where bootstrap makes them."""
    stated = hospital.accounts.by_role()[account]
    if stated.baseline is Origin.MANAGED:
        return ""
    enters = stated.deploy_role_arn or (
        "the deploying caller itself" if account == "workload" else role_arn(placement_of(hospital, account), "deploy")
    )
    return (
        f"the {account} account {stated.id} is existing: it brings its own bounds and roles, none are made here; "
        f"it is entered as {enters}"
    )


def next_lines(prepared: Prepared, endpoint_url: str | None = None) -> tuple[str, ...]:
    """What to run next, as one of `bootstrap.users_of_state`: the engine's state in the bucket, its secrets under the
    key. `endpoint_url`: an emulator's."""
    hospital = prepared.loaded.hospital
    placement, region = placement_of(hospital, "workload"), hospital.primary.region
    emulated = {"endpoint": endpoint_url} if endpoint_url else {}
    path_style = {"s3ForcePathStyle": "true"} if endpoint_url else {}
    # The bucket locks what is put into it, and S3 takes such uploads only with a checksum. The engine asks its library for
    # none where an endpoint is named, so it is asked for in so many words (tried with 3.260).
    checksum = {"request_checksum_calculation": "when_supported"}
    state = urlencode({"region": region, "awssdk": "v2", **checksum, **emulated, **path_style}, safe=":/")
    key = urlencode({"region": region, **emulated}, safe=":/")
    return (
        f"pulumi login 's3://{state_bucket_name(placement, region)}?{state}'",
        f"pulumi stack init {prepared.stack} --secrets-provider='awskms://{state_key_alias(placement)}?{key}'",
    )
