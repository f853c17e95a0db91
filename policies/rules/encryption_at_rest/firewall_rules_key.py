from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden
from policies.rules.encryption_at_rest._keys import WANTED, customer_key

_BLOCK = "encryptionConfiguration"


@rule(
    title="A key that a firewall's rules are said to be under is the hospital's",
    title_zh="网络防火墙规则所声明的密钥为本院自管密钥",
    severity=Severity.MEDIUM,
    types=(
        "aws:networkfirewall/firewall:Firewall",
        "aws:networkfirewall/firewallPolicy:FirewallPolicy",
        "aws:networkfirewall/ruleGroup:RuleGroup",
        "aws:networkfirewall/tlsInspectionConfiguration:TlsInspectionConfiguration",
    ),
    scope=Scope.GRAPH,
    why="Whoever owns the key can take it away, and with it the rules by which the way out is judged.",
    fix="Name a customer key of this program, or leave the block out: rules hold names and addresses, no records.",
    good='encryption_configuration={"type": "CUSTOMER_KMS", "key_id": key.arn}',
    bad='encryption_configuration={"type": "AWS_OWNED_KMS_KEY", "key_id": key.arn}  # the key is not used',
)
def firewall_rules_key(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the encryption block of a network firewall, its policies, rule groups and TLS inspection, where one is written
    that names a key or says CUSTOMER_KMS: the key must be the hospital's own, enabled, in the same region, and used. Not
    applicable: no such block, for the service then encrypts under a key of its own, and rules are no records.

    Source: Network Firewall API reference, EncryptionConfiguration (M)."""
    key, kind = resource.get(f"{_BLOCK}.keyId"), resource.get(f"{_BLOCK}.type")
    if is_hidden(kind):
        yield undecided(resource, f"{_BLOCK}.type", kind, "CUSTOMER_KMS")
    elif key in (None, "") and kind != "CUSTOMER_KMS":
        yield not_applicable(resource, "under the service's own key, which is enough for names and addresses")
    elif kind != "CUSTOMER_KMS":
        yield failed(resource, f"{_BLOCK}.type", kind, f"CUSTOMER_KMS with {WANTED}")
    else:
        yield from customer_key(resource, resource, f"{_BLOCK}.keyId", facts, region=resource.region)
