import re
from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.resolve import decoded
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_ACCOUNT = re.compile(r"\d{12}")
_WANTED = "allowed_account_ids with the one account it is for"


@rule(
    title="Every provider names the account it may deploy to",
    title_zh="每个提供者都限定可部署的账号",
    severity=Severity.LOW,
    types=("pulumi:providers:aws",),
    why="With somebody else's credentials around, a program deploys the hospital into somebody else's account.",
    fix="Set allowed_account_ids=[...]; the provider then refuses any other account.",
    good='aws.Provider("workload", region="cn-north-1", allowed_account_ids=["111122223333"])',
    bad='aws.Provider("workload", region="cn-north-1")',
)
def provider_names_account(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads `allowedAccountIds`, which must hold account ids of twelve digits. Taking on a role names an account too,
    but does not hold when the role is left out on another machine, so it is not enough. The engine's default provider
    is reported by explicit-provider."""
    if resource.name == "default" or resource.name.startswith("default_"):
        return
    value = decoded(resource.get("allowedAccountIds"))
    listed = value if isinstance(value, list) else []
    if is_hidden(value) or any(is_hidden(item) for item in listed):
        yield undecided(resource, "allowedAccountIds", value, _WANTED)
    elif listed and all(isinstance(item, str) and _ACCOUNT.fullmatch(item) for item in listed):
        yield passed(resource, "allowedAccountIds", listed)
    else:
        yield failed(resource, "allowedAccountIds", value, _WANTED)
