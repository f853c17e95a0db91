from collections.abc import Callable, Iterator

from policies.facts import Facts
from policies.graph import Resource, Unknown, Value
from policies.registry import decided, passed, rule
from policies.results import Outcome, Severity
from policies.rules._paths import one_of, whole_number


def _at_least(least: int) -> Callable[[Value], bool]:
    return lambda value: (whole_number(value) or 0) >= least


def _on(value: Value) -> bool:
    return one_of(value, True)


def _quarter(value: Value) -> bool:
    return 1 <= (whole_number(value) or 0) <= 90


_ASKED: tuple[tuple[str, Callable[[Value], bool], str], ...] = (
    ("minimumPasswordLength", _at_least(12), "12 or more"),
    ("requireLowercaseCharacters", _on, "true"),
    ("requireUppercaseCharacters", _on, "true"),
    ("requireNumbers", _on, "true"),
    ("requireSymbols", _on, "true"),
    ("passwordReusePrevention", _at_least(24), "24 or more"),
)
_POOL = "aws:cognito/userPool:UserPool"
_ASKED_OF_A_POOL = (
    ("passwordPolicy.minimumLength", _at_least(8), "8 or more"),
    *((f"passwordPolicy.require{kind}", _on, "true") for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols")),
)
_RENEWED = ("maxPasswordAge", _quarter, "1 to 90 days")


@rule(
    title="Passwords are long and varied",
    title_zh="口令满足长度与复杂度要求",
    severity=Severity.MEDIUM,
    types=("aws:iam/accountPasswordPolicy:AccountPasswordPolicy", _POOL),
    why="The account's users can see every setting: a password that is guessed is the whole account.",
    fix="Ask for 12 characters of all four kinds, 24 former passwords not used again; in China 90 days at most.",
    good='aws.iam.AccountPasswordPolicy("p", minimum_password_length=14, require_symbols=True, ...)',
    bad='aws.iam.AccountPasswordPolicy("p", minimum_password_length=8)',
)
def password_policy_strength(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads length, kinds of characters and former passwords; what is not stated is off. The 24 former passwords are those
    of the CIS AWS Foundations Benchmark ("Ensure IAM password policy prevents password reuse"). In mainland China also
    the greatest age: GB/T 22239-2019, 8.1.4.1 a) asks for complexity and regular change and gives no number; 90 days is
    what assessors take. Elsewhere a forced change is not asked for (NIST SP 800-63B advises against it). A user pool of Cognito is asked for 8
    characters of all four kinds, which it also takes where it states none (Security Hub control Cognito.3)."""
    if resource.type == _POOL:
        stated = resource.get("passwordPolicy")
        # A plan of Terraform shows a block that is not written as not known: the provider tells it after the deployment.
        if stated is None or (isinstance(stated, Unknown) and facts.graph.door.startswith("terraform")):
            yield passed(resource, "passwordPolicy", "Cognito's own: 8 characters, all four kinds")
            return
        for path, good, wanted in _ASKED_OF_A_POOL:
            yield decided(resource, path, resource.get(path), good, wanted)
        return
    china = facts.context.jurisdiction.partition.id == "aws-cn"
    for path, good, wanted in (*_ASKED, _RENEWED) if china else _ASKED:
        value = resource.get(path)
        yield decided(resource, path, value, good, wanted)
