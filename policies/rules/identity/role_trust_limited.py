from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource, Value, references_in
from policies.iam_documents import Condition, State, Statement
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.identity._policies import ROLE, trust

_WEB, _SAML = "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"
_COGNITO = "cognito-identity.amazonaws.com"
_ANYWHERE = "rolesanywhere.amazonaws.com"
_OPERATORS = ("stringequals", "stringlike", "stringequalsignorecase")
_FAMILIES = (
    "",
    "repo:",
    "organization:",
    "project_path:",
    "project_id:",
    "system:serviceaccount:",
    "https:",
    "https://",
)
"""What the subjects of an issuer begin with: so much names nobody yet."""


@rule(
    title="Roles for outside identities name whom they let in",
    title_zh="外部身份可担任的角色限定到具体主体",
    severity=Severity.HIGH,
    types=(ROLE,),
    why="An identity provider vouches for all its users: without a subject, each of them may take on the role.",
    fix='Add a condition on the provider\'s "sub" (OpenID Connect) or on "SAML:aud" (SAML) that names it.',
    good='"Condition": {"StringEquals": {"git.example:sub": "project_path:platform/cloud:ref_type:branch:ref:main"}}',
    bad='"Principal": {"Federated": provider_arn}, "Action": "sts:AssumeRoleWithWebIdentity"  # no condition',
)
def role_trust_limited(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the trust policy. A statement that lets in a federated identity by web identity must test the token's `sub`
    (for Cognito, whose subjects nobody knows before, its `aud`), one by SAML `SAML:aud`: with StringEquals or StringLike,
    which must hold when the key is absent, each value with a known beginning that is more than the issuer's family
    (`repo:*` names nobody). One that lets in holders of certificates (rolesanywhere.amazonaws.com) must test a field of the
    certificate (`aws:PrincipalTag/x509Subject/...`, x509SAN, x509Issuer), and the trust anchor (`aws:SourceArn`): else each
    certificate of each authority of the account is enough (IAM Roles Anywhere user guide, "Trust policy"). Not applicable: roles
    that nobody of these may take on."""
    document = trust(resource)
    path = "assumeRolePolicy"
    if document.state is State.UNKNOWN:
        yield undecided(resource, path, document.value, "a trust policy that can be read")
        return
    if document.state is not State.READ:
        yield failed(resource, path, document.problem or document.value, "a trust policy that can be read")
        return
    outside = False
    for statement in document.allowing:
        if statement.doubt is not None and not statement.actions:
            yield undecided(resource, statement.path, statement.doubt, "a statement that can be read")
        if any(p.value == _ANYWHERE for p in statement.principals):
            outside = True
            yield from _by_certificate(resource, statement)
        if not any(p.kind == "Federated" for p in statement.principals):
            continue
        outside = True
        if statement.covers_action(_WEB):
            key = ":aud" if any(p.value == _COGNITO for p in statement.principals) else ":sub"
            yield _judged(resource, statement, key)
        if statement.covers_action(_SAML):
            yield _judged(resource, statement, "saml:aud")
    if not outside:
        yield not_applicable(resource, "no identity from outside takes it on")


def _judged(resource: Resource, statement: Statement, key: str) -> Outcome:
    name = key.lstrip(":")
    wanted = f"StringEquals or StringLike on {name}, each value with a known beginning"
    path = f"{statement.path}.Condition"
    tests = [c for c in statement.conditions if c.key.endswith(key)]
    for test in tests:
        if _names(test):
            return passed(resource, path, ", ".join(str(v) for v in test.values))
    hidden = next((v for t in tests for v in t.values if is_hidden(v)), statement.doubt)
    if hidden is not None:
        return undecided(resource, path, hidden, wanted)
    found: Value = ", ".join(f"{t.operator} {v}" for t in tests for v in t.values) or f"no test of {name}"
    return failed(resource, path, found, wanted)


def _by_certificate(resource: Resource, statement: Statement) -> Iterator[Outcome]:
    path = f"{statement.path}.Condition"
    for key, operators, wanted in (
        ("aws:principaltag/x509", _OPERATORS, "a test of the certificate (aws:PrincipalTag/x509Subject/CN)"),
        (
            "aws:sourcearn",
            ("arnequals", "arnlike", "stringequals", "stringlike"),
            "a test of the trust anchor (aws:SourceArn)",
        ),
    ):
        tests = [
            c for c in statement.conditions if c.key.startswith(key) and c.operator in operators and not c.if_exists
        ]
        values = [v for c in tests for v in c.values]
        if any(v not in ("*", "") for v in values):
            yield passed(resource, path, ", ".join(str(v) for v in values))
        elif statement.doubt is not None:
            yield undecided(resource, path, statement.doubt, wanted)
        else:
            yield failed(resource, path, "no such test", wanted)


def _names(test: Condition) -> bool:
    """Whether a test names someone."""
    if test.operator not in _OPERATORS or test.if_exists or test.quantifier == "forallvalues" or not test.values:
        return False
    return all(_has_beginning(value) for value in test.values)


def _has_beginning(value: Value) -> bool:
    if not isinstance(value, str):
        return False
    beginning = value.partition("*")[0].partition("?")[0]
    return bool(references_in(beginning)) or (beginning.lower() not in _FAMILIES)
