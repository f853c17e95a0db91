"""Orders from the wards: topic, queue with a dead letter queue, a function in a closed network."""

# jurisdiction: eu
# exit: 0
# silent: everything else
import pulumi
import pulumi_aws as aws
from university_in_europe import (
    ACCOUNT,
    FRA,
    KEYS,
    QUEUE,
    allow,
    doc,
    endpoints,
    key,
    log_group,
    network,
    on,
    role,
)

k = key("orders", services=("sns.amazonaws.com", "sqs.amazonaws.com"))


def tls_only(action, arn):
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


topic = aws.sns.Topic("orders", name="orders", kms_master_key_id=k.arn, tags=QUEUE, opts=on(FRA))
aws.sns.TopicPolicy(
    "orders",
    arn=topic.arn,
    policy=doc(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/ward-gateway"},
            "Action": "sns:Publish",
            "Resource": topic.arn,
        },
        tls_only("sns:Publish", topic.arn),
    ),
    opts=on(FRA),
)
dead = aws.sqs.Queue(
    "orders-dead",
    name="orders-dead",
    kms_master_key_id=k.arn,
    message_retention_seconds=1209600,
    tags=QUEUE,
    opts=on(FRA),
)
aws.sqs.QueuePolicy("orders-dead", queue_url=dead.url, policy=doc(tls_only("sqs:*", dead.arn)), opts=on(FRA))
queue = aws.sqs.Queue(
    "orders",
    name="orders",
    kms_master_key_id=k.arn,
    visibility_timeout_seconds=180,
    redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 5}),
    tags=QUEUE,
    opts=on(FRA),
)
aws.sqs.QueuePolicy(
    "orders",
    queue_url=queue.url,
    policy=doc(
        {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic.arn}},
        },
        tls_only("sqs:*", queue.arn),
    ),
    opts=on(FRA),
)
aws.sns.TopicSubscription(
    "orders",
    topic=topic.arn,
    protocol="sqs",
    endpoint=queue.arn,
    raw_message_delivery=True,
    redrive_policy=dead.arn.apply(lambda a: f'{{"deadLetterTargetArn": "{a}"}}'),
    opts=on(FRA),
)
vpc, subnets, table = network("orders", "10.90.0.0/16")
sg = aws.ec2.SecurityGroup("orders-fn", vpc_id=vpc.id, description="function", opts=on(FRA))
endpoints("orders", vpc, subnets, table, ("sqs", "kms", "logs"), [sg])
logs = log_group("orders-fn", "/aws/lambda/orders")
r = role(
    "orders-fn",
    "lambda.amazonaws.com",
    allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue.arn),
    allow(["sqs:SendMessage"], dead.arn),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.Output.concat(logs.arn, ":*")),
    allow(["kms:Decrypt"], k.arn),
    managed=["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"],
)
fn = aws.lambda_.Function(
    "orders",
    name="orders",
    role=r.arn,
    runtime="python3.12",
    handler="main.handle",
    timeout=30,
    memory_size=256,
    code=pulumi.AssetArchive({"main.py": pulumi.StringAsset("def handle(event, context):\n    return None\n")}),
    kms_key_arn=KEYS[FRA].arn,
    vpc_config={"subnet_ids": [s.id for s in subnets], "security_group_ids": [sg.id]},
    dead_letter_config={"target_arn": dead.arn},
    opts=on(FRA),
)
aws.lambda_.EventSourceMapping("orders", event_source_arn=queue.arn, function_name=fn.arn, batch_size=10, opts=on(FRA))
