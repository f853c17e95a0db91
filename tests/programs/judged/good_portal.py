"""Staff portal: internal ALB in front of Fargate, in three zones, images from the hospital's registry."""

# jurisdiction: eu
# exit: 0
# silent: everything else
import json

import pulumi
import pulumi_aws as aws
from university_in_europe import (
    FRA,
    KEYS,
    OPS,
    allow,
    bucket,
    endpoints,
    log_group,
    network,
    on,
    role,
)

config = pulumi.Config()
tag = config.get("portalTag") or "1.14.2"
vpc, subnets, table = network("portal", "10.92.0.0/16")
lb_sg = aws.ec2.SecurityGroup("portal-lb", vpc_id=vpc.id, description="lb", opts=on(FRA))
task_sg = aws.ec2.SecurityGroup("portal-task", vpc_id=vpc.id, description="tasks", opts=on(FRA))
aws.vpc.SecurityGroupIngressRule(
    "portal-lb",
    security_group_id=lb_sg.id,
    cidr_ipv4="10.0.0.0/8",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    opts=on(FRA),
)
aws.vpc.SecurityGroupEgressRule(
    "portal-lb",
    security_group_id=lb_sg.id,
    referenced_security_group_id=task_sg.id,
    ip_protocol="tcp",
    from_port=8443,
    to_port=8443,
    opts=on(FRA),
)
aws.vpc.SecurityGroupIngressRule(
    "portal-task",
    security_group_id=task_sg.id,
    referenced_security_group_id=lb_sg.id,
    ip_protocol="tcp",
    from_port=8443,
    to_port=8443,
    opts=on(FRA),
)
endpoints("portal", vpc, subnets, table, ("ecr.api", "ecr.dkr", "logs", "secretsmanager"), [task_sg])
access = bucket(
    "portal-lb-logs",
    tags=OPS,
    days=400,
    writers=("logdelivery.elasticloadbalancing.amazonaws.com", "logging.s3.amazonaws.com"),
)
lb = aws.lb.LoadBalancer(
    "portal",
    name="portal",
    internal=True,
    load_balancer_type="application",
    security_groups=[lb_sg.id],
    subnets=[s.id for s in subnets],
    drop_invalid_header_fields=True,
    enable_deletion_protection=True,
    access_logs={"bucket": access.bucket, "enabled": True, "prefix": "portal"},
    connection_logs={"bucket": access.bucket, "enabled": True, "prefix": "portal-c"},
    opts=on(FRA, protect=True),
)
tg = aws.lb.TargetGroup(
    "portal",
    port=8443,
    protocol="HTTPS",
    target_type="ip",
    vpc_id=vpc.id,
    health_check={"path": "/health", "protocol": "HTTPS"},
    opts=on(FRA),
)
cert = aws.acm.Certificate("portal", domain_name="portal.ukf.example", validation_method="DNS", opts=on(FRA))
listener = aws.lb.Listener(
    "portal",
    load_balancer_arn=lb.arn,
    port=443,
    protocol="HTTPS",
    ssl_policy="ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    certificate_arn=cert.arn,
    default_actions=[{"type": "forward", "target_group_arn": tg.arn}],
    opts=on(FRA),
)
registry = aws.ecr.Repository(
    "portal",
    name="portal",
    image_tag_mutability="IMMUTABLE",
    image_scanning_configuration={"scan_on_push": True},
    encryption_configurations=[{"encryption_type": "KMS", "kms_key": KEYS[FRA].arn}],
    tags={"hospital-cloud:data-class": "1"},
    opts=on(FRA),
)
logs = log_group("portal", "/ecs/portal")
secret = aws.secretsmanager.Secret(
    "portal-oidc",
    name="portal/oidc",
    kms_key_id=KEYS[FRA].arn,
    recovery_window_in_days=30,
    tags={"hospital-cloud:data-class": "3", "hospital-cloud:record-kind": "operational"},
    opts=on(FRA),
)
execution = role(
    "portal-execution",
    "ecs-tasks.amazonaws.com",
    allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"], registry.arn),
    allow(["ecr:GetAuthorizationToken"], "*"),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.Output.concat(logs.arn, ":*")),
    allow(["secretsmanager:GetSecretValue"], secret.arn),
)
task_role = role("portal-task", "ecs-tasks.amazonaws.com")
cluster = aws.ecs.Cluster(
    "portal", name="portal", settings=[{"name": "containerInsights", "value": "enabled"}], opts=on(FRA)
)
task = aws.ecs.TaskDefinition(
    "portal",
    family="portal",
    cpu="512",
    memory="1024",
    network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    execution_role_arn=execution.arn,
    task_role_arn=task_role.arn,
    container_definitions=pulumi.Output.all(registry.repository_url, logs.name, secret.arn).apply(
        lambda a: json.dumps(
            [
                {
                    "name": "portal",
                    "image": f"{a[0]}:{tag}",
                    "essential": True,
                    "readonlyRootFilesystem": True,
                    "user": "1000",
                    "portMappings": [{"containerPort": 8443, "protocol": "tcp"}],
                    "secrets": [{"name": "OIDC_SECRET", "valueFrom": a[2]}],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {"awslogs-group": a[1], "awslogs-region": FRA, "awslogs-stream-prefix": "portal"},
                    },
                }
            ]
        )
    ),
    opts=on(FRA),
)
aws.ecs.Service(
    "portal",
    cluster=cluster.arn,
    task_definition=task.arn,
    desired_count=3,
    launch_type="FARGATE",
    network_configuration={
        "subnets": [s.id for s in subnets],
        "security_groups": [task_sg.id],
        "assign_public_ip": False,
    },
    load_balancers=[{"target_group_arn": tg.arn, "container_name": "portal", "container_port": 8443}],
    deployment_circuit_breaker={"enable": True, "rollback": True},
    opts=on(FRA, depends_on=[listener]),
)
