from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule
from policies.results import Outcome, Severity

_KEYS = ("accessKey", "secretKey", "token")
_WANTED = "credentials from the environment: a role by OpenID Connect in CI, a session of a person"


@rule(
    title="No provider carries stored access keys",
    title_zh="提供者配置中不得保存访问密钥",
    severity=Severity.HIGH,
    types=("pulumi:providers:aws",),
    why="A key in a program or its state is in every copy of the repository, for ever.",
    fix="Leave access_key and secret_key out; let CI take on a role with its own token.",
    good='aws.Provider("workload", region="cn-north-1")',
    bad='aws.Provider("workload", access_key="...", secret_key="...")',
)
def provider_without_stored_keys(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Neither key, secret nor token may be an input of a provider, also not as a secret: then they are in the stack's
    configuration and state."""
    stored = [name for name in _KEYS if resource.inputs.get(name) not in (None, "")]
    for name in stored:
        yield failed(resource, name, "a stored key", _WANTED)
    if not stored:
        yield passed(resource, "", "no stored key")
