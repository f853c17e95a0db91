from collections.abc import Iterator
from typing import Final

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._accounts import is_prepared
from policies.rules._paths import each, is_hidden

_SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105  a type
_CLUSTERS: Final = ("aws:eks/cluster:Cluster", "aws:ecs/cluster:Cluster")
_RUNNING: Final = (*_CLUSTERS, "aws:rds/cluster:Cluster", "aws:rds/instance:Instance", "aws:autoscaling/group:Group")
_IMAGES: Final = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
_REPOSITORY: Final = "aws:ecr/repository:Repository"
_TO: Final = "replicationConfiguration.rules[*].destinations[*].region"


@rule(
    title="What a takeover needs is in the other region too",
    title_zh="接管所需的机密与镜像在另一区域也有一份",
    severity=Severity.LOW,
    types=(_SECRET, *_CLUSTERS),
    scope=Scope.GRAPH,
    data_classes="3-5",
    why="The records are there, the machines are there, and the password or the image is in the region that is gone.",
    fix="Give the secret a replica in the other region; replicate images by aws.ecr.ReplicationConfiguration.",
    good='aws.secretsmanager.Secret("owner", replicas=[{"region": "cn-northwest-1", "kms_key_id": partner_key.arn}])',
    bad='aws.secretsmanager.Secret("owner")  # of a database with a standby in another region',
)
def takeover_needs_copied(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Asked where databases, clusters or groups of machines of one account stand in two regions of the jurisdiction. A
    secret of class 3 and up needs a replica in another region, or a secret of the same name there. Clusters of EKS or
    ECS in two regions need images on both sides: a replication of ECR from one to the other; asked of programs that
    make repositories, and in accounts that the program prepares as a whole. Not applicable: trials and synthetic data.

    Sources: AWS Secrets Manager user guide, "Replicate secrets across Regions"; Amazon ECR user guide, "Private image
    replication" (K)."""
    if facts.context.is_dispensable:
        yield not_applicable(resource, "synthetic data")
    elif resource.type == _SECRET:
        yield from _secret(resource, facts)
    else:
        yield from _images(resource, facts)


def _others(resource: Resource, facts: Facts, *types: str) -> list[str]:
    """The other regions of the jurisdiction in which something of these types stands in the resource's account."""
    inside = facts.context.jurisdiction.regions
    found = {r.region for r in facts.graph.of_type(*types) if r.account == resource.account and not r.external}
    return sorted(region for region in found if region in inside and region != resource.region)


def _secret(secret: Resource, facts: Facts) -> Iterator[Outcome]:
    others, data_class = _others(secret, facts, *_RUNNING), facts.effective_class(secret)
    if data_class < 3 or not others:
        yield not_applicable(secret, f"class {data_class}, used in one region" if not others else f"class {data_class}")
        return
    stated = secret.get("replicas")
    regions = [value for _, value in each(secret.inputs, "replicas[*].region")]
    name = secret.get("name")
    twins = [
        s for s in facts.graph.of_type(_SECRET) if name is not None and s.get("name") == name and s.region in others
    ]
    wanted = f"a replica in {' or '.join(others)}"
    if any(region != secret.region for region in regions if isinstance(region, str)) or twins:
        yield passed(secret, "replicas", regions or f"{twins[0].name} in {twins[0].region}")
    elif is_hidden(stated) or any(map(is_hidden, regions)):
        yield undecided(secret, "replicas", stated, wanted)
    else:
        yield failed(secret, "replicas", stated, wanted)


def _images(cluster: Resource, facts: Facts) -> Iterator[Outcome]:
    others = _others(cluster, facts, *_CLUSTERS)
    if not others:
        yield not_applicable(cluster, "clusters in one region")
        return
    if not is_prepared(cluster, facts) and not any(facts.graph.of_type(_REPOSITORY)):
        yield not_applicable(cluster, "its images come from elsewhere")
        return
    ways = {
        (config.region, value)
        for config in facts.graph.of_type(_IMAGES)
        if config.account == cluster.account
        for _, value in each(config.inputs, _TO)
        if isinstance(value, str)
    }
    apart = [o for o in others if (cluster.region, o) not in ways and (o, cluster.region) not in ways]
    if apart:
        wanted = f"aws.ecr.ReplicationConfiguration between {cluster.region} and {' and '.join(apart)}"
        yield failed(cluster, "", "images are not copied between the regions", wanted)
    else:
        yield passed(cluster, "", f"images are copied between {cluster.region} and {', '.join(others)}")
