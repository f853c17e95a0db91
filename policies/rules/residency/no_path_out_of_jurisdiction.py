from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.flows.model import Kind
from policies.flows.reach import MOST_NODES, Reach, by_store
from policies.flows.report import path_text, where
from policies.graph import Resource
from policies.registry import Scope, passed, rule, undecided
from policies.results import Outcome, Severity, Verdict

_MOST_PATHS = 10


@rule(
    title="No path leads patients' data out of the jurisdiction",
    title_zh="患者数据没有任何出法域的路径",
    severity=Severity.CRITICAL,
    types=tuple(sorted(t for t, row in store_types().items() if not row.part_of)),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="Each setting can be right by itself while the steps together lead abroad: a bucket that notifies a topic that "
    "posts to a server, a function that reads a table and has the internet.",
    fix="Cut one step of the path: take the copy, the share, the delivery or the way out away, or keep it inside.",
    good='aws.lambda_.Function("reader", role=reads_records.arn, vpc_config={"subnet_ids": private_subnets, ...})',
    bad='aws.lambda_.Function("reader", role=reads_records.arn)  # no network of its own: the internet is open to it',
    unwaivable="the law on where patients' data may be knows no exception that an owner could grant",
    unwaivable_from_class=3,
    undecided_waivable=True,
)
def no_path_out_of_jurisdiction(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Follows everything that can leave each store of class 3 and up (a store without a class counts as 4): copies,
    backups, keys, shares, deliveries, logs and events, and the identities, processes and networks that read it, from
    hop to hop through the whole program. A path of data, or of events and logs that can carry data, which ends
    outside the jurisdiction fails, and the message is the whole path. One hop that cannot be decided before deploy, or
    a place that cannot be told (an address of somebody else, an account outside in a partition that is not all
    inside), leaves it undecided, which stops the gate. Answers to authenticated users are listed in the report with how
    they are authenticated, and not failed; settings and states are no path. Network firewalls with a list of domains
    end a path: what the list may hold is judged by firewall-allows-by-list. A topic that alarms go to and that
    states no class itself is not asked where it leads: what a store gives to it is followed from the store."""
    found = facts.derived(by_store).get(resource.urn)
    if found is None:
        return
    wanted = f"no path out of {', '.join(facts.context.jurisdiction.regions)}"
    if found.cut:
        yield undecided(resource, "", f"more than {MOST_NODES:,} places", wanted)
    yield from _leaving(found, facts, wanted)
    if not found.cut and not any(sink.leaves is not False for sink in found.sinks):
        served = sum(sink.kind is Kind.SERVING for sink in found.sinks)
        yield passed(resource, "", f"reaches {len(found.sinks) - served} places inside, {served} entries for users")


def _leaving(found: Reach, facts: Facts, wanted: str) -> Iterator[Outcome]:
    """One outcome for each sink outside; those that cannot be decided only where none is certain."""
    certain = [sink for sink in found.sinks if sink.leaves]
    for sink in (certain or [sink for sink in found.sinks if sink.leaves is None])[:_MOST_PATHS]:
        last = sink.path[-1]
        carrier = facts.graph.by_urn.get(last.carrier)
        at = last.property if last.carrier == found.store.urn else ""
        text = f"a path of {sink.kind.value} to {where(sink, facts)}: {path_text(found.store, sink.path, facts)}"
        line = f" ({carrier.source})" if carrier is not None and carrier.source else ""
        named = f"{carrier.type} {carrier.name}" if carrier is not None else last.carrier
        remedy = f"Cut the path where it leaves: {named}{', ' + last.property if last.property else ''}{line}."
        verdict = Verdict.FAIL if sink.leaves else Verdict.UNKNOWN
        yield Outcome(verdict, found.store.urn, at, text, wanted, remedy if sink.leaves else "")
