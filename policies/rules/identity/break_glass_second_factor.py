from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.iam_documents import State
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules.identity._policies import ROLE, asks_second_factor, is_break_glass, trust

_WANTED = "Bool aws:MultiFactorAuthPresent true, without IfExists"


@rule(
    title="The role for emergencies asks for a second factor",
    title_zh="应急角色须经多因素认证",
    severity=Severity.HIGH,
    types=(ROLE,),
    why="It may do nearly everything: a stolen password alone must not open it.",
    fix='Add {"Bool": {"aws:MultiFactorAuthPresent": "true"}} to each statement of the trust policy.',
    good='"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}',
    bad='"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}',
)
def break_glass_second_factor(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Concerns roles whose name says break-glass or emergency access. Every statement that lets someone in must test
    `aws:MultiFactorAuthPresent`, or its age, so that it fails where the key is absent. Undecided: a federated identity,
    whose second factor its own provider asks for and no policy shows."""
    if not is_break_glass(resource):
        return
    document = trust(resource)
    if document.state is State.UNKNOWN:
        yield undecided(resource, "assumeRolePolicy", document.value, _WANTED)
    elif document.state is not State.READ:
        yield failed(resource, "assumeRolePolicy", document.problem or document.value, _WANTED)
    for statement in document.allowing:
        path = f"{statement.path}.Condition"
        if asks_second_factor(statement):
            yield passed(resource, path, "a second factor")
        elif statement.doubt is not None:
            yield undecided(resource, path, statement.doubt, _WANTED)
        elif statement.principals and all(p.kind == "Federated" for p in statement.principals):
            yield undecided(resource, path, "a federated identity", "proof that its provider asks for a second factor")
        else:
            yield failed(resource, path, "no second factor", _WANTED)
