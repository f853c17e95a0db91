from collections.abc import Iterator

from policies.facts import Facts
from policies.graph import Resource
from policies.registry import Scope, rule
from policies.results import Outcome, Severity
from policies.rules.encryption_in_transit._denials import without_tls_denied

_QUEUE = "aws:sqs/queue:Queue"


@rule(
    title="Queues and topics refuse requests without TLS",
    title_zh="队列与主题拒绝未加密的请求",
    severity=Severity.MEDIUM,
    types=(_QUEUE, "aws:sns/topic:Topic"),
    scope=Scope.GRAPH,
    why="SQS and SNS answer plain HTTP unless the policy says no, and a message can carry what the record says.",
    fix="Add a Deny for every principal when aws:SecureTransport is false, over sqs:* or sns:Publish.",
    good='{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn, '
    '"Condition": {"Bool": {"aws:SecureTransport": "false"}}}',
    bad='aws.sqs.Queue("results", kms_master_key_id=key.arn)  # without a policy',
)
def queue_refuses_plain_http(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Looks for such a denial in the resource's own policy or in a QueuePolicy or TopicPolicy for it: of sending and
    receiving for a queue, of publishing for a topic (other actions of SNS carry no message). Absent fails."""
    if resource.type == _QUEUE:
        holders = [resource, *facts.satellites(resource, "aws:sqs/queuePolicy:QueuePolicy", path="queueUrl")]
        actions: tuple[str, ...] = ("sqs:SendMessage", "sqs:ReceiveMessage")
    else:
        holders = [resource, *facts.satellites(resource, "aws:sns/topicPolicy:TopicPolicy", path="arn")]
        actions = ("sns:Publish",)
    yield from without_tls_denied(resource, holders, actions, facts)
