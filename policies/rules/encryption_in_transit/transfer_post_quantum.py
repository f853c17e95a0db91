import re
from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import failed, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import is_hidden

_PATHS: Final = {
    "aws:transfer/server:Server": "securityPolicyName",
    "aws:transfer/connector:Connector": "securityPolicyName",
}
_HYBRID: Final = re.compile(
    r"Transfer(SFTPConnector)?SecurityPolicy-(FIPS-)?20(2[5-9]|[3-9]\d)-\d{2}|TransferSecurityPolicy-PQ-\S+"
)
_WANTED: Final = "TransferSecurityPolicy-2025-03, or its FIPS form"


@rule(
    title="File transfers agree keys that a quantum computer cannot break",
    title_zh="文件传输启用抗量子密钥协商",
    severity=Severity.LOW,
    types=tuple(_PATHS),
    why="Images and records sent today can be kept by whoever listens, and opened once the machines exist.",
    fix="Set security_policy_name to TransferSecurityPolicy-2025-03.",
    good='aws.transfer.Server("exchange", security_policy_name="TransferSecurityPolicy-2025-03", ...)',
    bad='aws.transfer.Server("exchange", security_policy_name="TransferSecurityPolicy-2024-01", ...)',
)
def transfer_post_quantum(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the security policy of servers and connectors of Transfer Family: those of 2025 and later agree keys with ML-KEM
    beside the classical ones (evidence marks V and K). Advice only: whether a region in China offers them is not
    verified, and partners may not speak it yet."""
    path = _PATHS[resource.type]
    value = resource.get(path)
    if is_hidden(value):
        yield undecided(resource, path, value, _WANTED)
    elif isinstance(value, str) and _HYBRID.fullmatch(value):
        yield passed(resource, path, f"{value}: hybrid with ML-KEM")
    else:
        yield failed(resource, path, value, _WANTED)
