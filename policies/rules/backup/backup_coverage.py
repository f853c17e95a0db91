from collections.abc import Iterator

from policies.facts import Facts, store_types
from policies.graph import Resource, Unknown
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.backup._plans import choices, copied_from, daily_rules, takes

_WANTED = "a selection of a daily plan in the store's own region and account"


@rule(
    title="Every store of records is in a daily backup",
    title_zh="所有病历存储每日备份",
    severity=Severity.HIGH,
    types=tuple(t for t, row in store_types().items() if row.backup),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="A store that no plan selects has no way back from a mistake or from malice, and nobody notices until then.",
    fix="Tag the store hospital-cloud:backup = daily where a plan selects that tag, or add it to a daily plan's selection.",
    good='aws.s3.Bucket("records", tags={"hospital-cloud:backup": "daily"})',
    bad='aws.s3.Bucket("records")',
)
def backup_coverage(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for an AWS Backup selection that takes the store, by tag or by name, in the same region and account (a
    selection sees one region only), of a plan that has a rule which runs every day. A copy that replication keeps
    of a store that such a plan takes is covered by that one's backups: a database made as a replica of another region,
    the bucket or file system that a replication writes to (copies-backed-up advises a backup of its own)."""
    if store_types()[resource.type].part_of:
        return
    data_class = facts.effective_class(resource)
    if data_class < 3:
        yield not_applicable(resource, f"class {data_class}: below 3")
        return
    original = next(copied_from(resource, facts), None)
    tags = facts.tags(resource)
    taking = [c for c in facts.derived(choices).get(resource.region, ()) if takes(c, resource, tags, facts)]
    for choice in taking:
        if choice.plan is not None and daily_rules(choice.plan):
            yield passed(resource, "tags", f"selection {choice.selection.name} of the daily plan {choice.plan.name}")
            return
    for choice in taking:
        if choice.plan is None or isinstance(choice.plan.get("rules"), Unknown):
            found = f"selection {choice.selection.name}, whose plan is not in this program"
            yield undecided(resource, "tags", found, _WANTED)
            return
    if original is not None:
        source, choice = original
        yield passed(resource, "", f"a copy of {source.name}, which selection {choice.selection.name} takes")
    elif taking:
        names = ", ".join(choice.selection.name for choice in taking)
        yield failed(resource, "tags", f"selected by {names}, whose plan has no rule that runs every day", _WANTED)
    elif any(isinstance(v, Unknown) for v in tags.values()) or isinstance(resource.get("tags"), Unknown):
        yield undecided(resource, "tags", resource.get("tags"), _WANTED)
    else:
        yield failed(resource, "tags", "no backup selection that takes it", _WANTED)
