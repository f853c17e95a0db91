from collections.abc import Callable, Iterator, Mapping
from typing import Final

from policies.facts import Facts
from policies.graph import Resource, Value, as_list
from policies.registry import failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of

Check = tuple[str, Callable[[Value], bool], str]


def _is(*values: Value) -> Callable[[Value], bool]:
    return lambda value: one_of(value, *values)


def _some(value: Value) -> bool:
    return value not in (None, "", [], {})


_ANYONE: Final = ("0.0.0.0/0", "::/0", "*")

LOGINS: Final[Mapping[str, tuple[Check, ...]]] = {
    "aws:cognito/userPool:UserPool": (
        ("mfaConfiguration", _is("ON"), "ON: a second factor for everyone"),
        ("deletionProtection", _is("ACTIVE"), "ACTIVE"),
        ("adminCreateUserConfig.allowAdminCreateUserOnly", _is(True), "true: nobody makes an account alone"),
    ),
    "aws:memorydb/cluster:Cluster": (
        (
            "aclName",
            lambda v: isinstance(v, str) and v not in ("", "open-access"),
            "an access list other than open-access",
        ),
    ),
    "aws:msk/cluster:Cluster": (
        ("clientAuthentication.unauthenticated", _is(None, False), "false"),
        ("clientAuthentication", _some, "sasl (iam or scram) or tls"),
    ),
    "aws:neptune/cluster:Cluster": (("iamDatabaseAuthenticationEnabled", _is(True), "true: there is no other login"),),
    "aws:storagegateway/smbFileShare:SmbFileShare": (
        ("authentication", _is(None, "", "ActiveDirectory"), "ActiveDirectory, the default"),
    ),
    "aws:storagegateway/nfsFileShare:NfsFileShare": (
        (
            "clientLists",
            lambda v: _some(v) and not any(c in _ANYONE for c in as_list(v) if isinstance(c, str)),
            "networks by name",
        ),
        ("squash", _is(None, "", "RootSquash", "AllSquash"), "RootSquash, the default"),
    ),
    "aws:grafana/workspace:Workspace": (("authenticationProviders", _some, "AWS_SSO or SAML"),),
}
"""Type -> (input, test, what is wanted)."""

_CACHES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken", "userGroupIds"),
    "aws:elasticache/serverlessCache:ServerlessCache": ("userGroupId",),
}
"""Type -> inputs of which one must be there."""


@rule(
    title="Caches, brokers, graphs and shares ask who is there",
    title_zh="缓存、消息、图数据库与文件共享均要求身份认证",
    severity=Severity.HIGH,
    types=(*LOGINS, *_CACHES),
    data_classes="3-5",
    why="Inside the network is not the same as allowed: one machine that is broken into would read them all.",
    fix="Turn on the login that the finding names.",
    good='aws.elasticache.ReplicationGroup("sessions", user_group_ids=[users.id], ...)',
    bad='aws.elasticache.ReplicationGroup("sessions", ...)  # whoever reaches it may read it',
)
def service_requires_login(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads what has no login unless told: Valkey and Redis caches (a user group, by password or IAM, or a token), MemoryDB
    (an access list), MSK (IAM, SCRAM or TLS; unauthenticated false), Neptune (IAM), file shares of a storage gateway, and
    pools of users (a second factor for everyone, no accounts that people make alone, deletion protection). Memcached has
    none. Not applicable: what states class 1 or 2."""
    stated = facts.data_class(resource)
    if stated is not None and stated < 3:
        yield not_applicable(resource, f"class {stated}: below 3")
    elif resource.type in _CACHES:
        yield from _cache(resource, _CACHES[resource.type])
    else:
        for pattern, good, wanted in LOGINS[resource.type]:
            for path, value in each(resource.inputs, pattern):
                if is_hidden(value) and good is not _some:
                    yield undecided(resource, path, value, wanted)
                elif is_hidden(value) or good(value):
                    yield passed(resource, path, "not set" if value is None else value)
                else:
                    yield failed(resource, path, value, wanted)


def _cache(resource: Resource, names: tuple[str, ...]) -> Iterator[Outcome]:
    stated = [name for name in names if _some(resource.get(name))]
    global_group = resource.get("globalReplicationGroupId")
    if stated:
        yield passed(resource, stated[0], "stated")
    elif _some(global_group):
        yield not_applicable(resource, "takes over the login of its global group")
    else:
        yield failed(
            resource, names[-1], None, "a user group (password or IAM)" + (", or a token" if len(names) > 1 else "")
        )
