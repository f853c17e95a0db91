"""Trails, recorders, listeners, failover records: as they should be, and one field away from it."""

from typing import Any

import pytest

from policies.graph import Resource
from policies.results import Verdict
from tests.operations.verify.world import World, all_pass, arn, fails, finding, red, resource, with_input

# --- the trail -------------------------------------------------------------------------------------------------------


def test_a_trail(world: World) -> None:
    key, other = world.key(), world.key("other")
    world.bucket("trails")
    cloudtrail = world.client("cloudtrail")
    cloudtrail.create_trail(
        Name="audit", S3BucketName="trails", IsMultiRegionTrail=True, EnableLogFileValidation=True, KmsKeyId=arn(key)
    )
    inputs = {
        "name": "audit",
        "s3BucketName": "trails",
        "isMultiRegionTrail": True,
        "enableLogFileValidation": True,
        "kmsKeyId": arn(key),
    }
    trail = resource("aws:cloudtrail/trail:Trail", "t", inputs)
    fails(world.ask(trail), "trail-writes", "GetTrailStatus IsLogging", "false", "true")
    cloudtrail.start_logging(Name="audit")
    all_pass(world.ask(trail), "trail-writes", "trail-as-stated")
    asked = "GetTrail"
    fails(world.ask(with_input(trail, "kmsKeyId", arn(other))), "trail-as-stated", f"{asked} KmsKeyId", arn(key))
    cloudtrail.update_trail(Name="audit", IsMultiRegionTrail=False)
    fails(world.ask(trail), "trail-as-stated", f"{asked} IsMultiRegionTrail", "false", "true")
    world.bucket("elsewhere")
    cloudtrail.update_trail(Name="audit", IsMultiRegionTrail=True, S3BucketName="elsewhere")
    fails(world.ask(trail), "trail-as-stated", f"{asked} S3BucketName", "elsewhere", "trails")
    broken = world.amending(GetTrailStatus=lambda a: a.update(LatestDeliveryError="AccessDenied"))
    cloudtrail.update_trail(Name="audit", S3BucketName="trails")
    report = world.ask(trail, live=broken)
    fails(report, "trail-writes", "GetTrailStatus LatestDeliveryError", "AccessDenied", "no error")
    cloudtrail.delete_trail(Name="audit")
    assert red(world.ask(trail)) == [("trail-as-stated", ""), ("trail-writes", "")]


# --- the recorder ----------------------------------------------------------------------------------------------------


def test_a_recorder(world: World) -> None:
    config = world.client("config")
    group = {"allSupported": True, "includeGlobalResourceTypes": True}
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": world.role(), "recordingGroup": group}
    )
    world.bucket("history")
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "history"})
    recorder = resource("aws:cfg/recorder:Recorder", "r", {"name": "default", "recordingGroup": group})
    status = resource("aws:cfg/recorderStatus:RecorderStatus", "s", {"name": "default", "isEnabled": True})
    channel = resource("aws:cfg/deliveryChannel:DeliveryChannel", "c", {"name": "default", "s3BucketName": "history"})
    asked = "DescribeConfigurationRecorderStatus"
    fails(world.ask(recorder, status, channel), "recorder-runs", f"{asked} recording", "false", "true")
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    all_pass(world.ask(recorder, status, channel), "recorder-complete", "recorder-runs", "recorder-delivers")
    failing = world.amending(
        DescribeConfigurationRecorderStatus=lambda a: a["ConfigurationRecordersStatus"][0].update(lastStatus="FAILURE")
    )
    fails(world.ask(status, live=failing), "recorder-runs", f"{asked} lastStatus", "FAILURE")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": world.role("other"),
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": False},
        }
    )
    asked = "DescribeConfigurationRecorders includeGlobalResourceTypes"
    fails(world.ask(recorder), "recorder-complete", asked, "false", "true")
    elsewhere = with_input(channel, "s3BucketName", "elsewhere")
    asked = "DescribeDeliveryChannels s3BucketName"
    fails(world.ask(elsewhere), "recorder-delivers", asked, "history", "elsewhere")
    gone = [with_input(r, "name", "gone") for r in (recorder, status, channel)]
    assert red(world.ask(*gone)) == [(c, "") for c in ("recorder-complete", "recorder-delivers", "recorder-runs")]


# --- load balancers --------------------------------------------------------------------------------------------------

POLICY = "ELBSecurityPolicy-TLS13-1-3-2021-06"


@pytest.fixture
def balancer(world: World) -> str:
    _, subnets = world.network()
    made = world.client("elbv2").create_load_balancer(Name="entry", Subnets=subnets, Type="application")
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def test_a_listener(world: World, balancer: str) -> None:
    certificate = world.client("acm").request_certificate(DomainName="records.example")["CertificateArn"]
    elb = world.client("elbv2")
    made = elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=443,
        SslPolicy=POLICY,
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]["ListenerArn"]
    inputs = {"protocol": "HTTPS", "port": 443, "sslPolicy": POLICY, "certificateArn": certificate}
    listener = resource("aws:lb/listener:Listener", "l", inputs, {"arn": made})
    all_pass(world.ask(listener), "listener-tls-policy")
    elb.modify_listener(ListenerArn=made, SslPolicy="ELBSecurityPolicy-2016-08")
    asked = "DescribeListeners"
    report = world.ask(listener)
    fails(report, "listener-tls-policy", f"{asked} SslPolicy", "ELBSecurityPolicy-2016-08", POLICY)
    older = with_input(listener, "sslPolicy", "ELBSecurityPolicy-2016-08")
    report = world.ask(with_input(older, "certificateArn", "arn:aws-cn:acm:cn-north-1:1:certificate/other"))
    fails(report, "listener-tls-policy", f"{asked} CertificateArn", certificate, "other")
    elb.delete_listener(ListenerArn=made)
    assert red(world.ask(listener)) == [("listener-tls-policy", "")]


def test_a_load_balancer(world: World, balancer: str) -> None:
    world.bucket("logs")
    elb = world.client("elbv2")

    def put(**values: str) -> None:
        rows = [{"Key": key.replace("__", "."), "Value": value} for key, value in values.items()]
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=rows)

    inputs = {"enableDeletionProtection": True, "accessLogs": {"enabled": True, "bucket": "logs"}}
    entry = resource("aws:lb/loadBalancer:LoadBalancer", "b", inputs, {"arn": balancer})
    put(deletion_protection__enabled="true", access_logs__s3__enabled="true", access_logs__s3__bucket="logs")
    all_pass(world.ask(entry), "load-balancer-protected")
    asked = "DescribeLoadBalancerAttributes"
    put(deletion_protection__enabled="false")
    report = world.ask(entry)
    fails(report, "load-balancer-protected", f"{asked} deletion_protection.enabled", "false", "true")
    put(deletion_protection__enabled="true", access_logs__s3__enabled="false")
    report = world.ask(entry)
    fails(report, "load-balancer-protected", f"{asked} access_logs.s3.enabled", "false", "true")
    gone = resource("aws:lb/loadBalancer:LoadBalancer", "b", inputs, {"arn": balancer[:-4] + "0000"})
    assert red(world.ask(gone)) == [("load-balancer-protected", "")]


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def failover(world: World) -> tuple[Resource, Resource, dict[str, Any]]:
    """A record that fails over, its health check, and what the account has of it."""
    route53 = world.client("route53")
    zone = route53.create_hosted_zone(Name="ward.example", CallerReference="x")["HostedZone"]["Id"].rpartition("/")[2]
    config = {
        "Type": "TCP",
        "Port": 443,
        "FullyQualifiedDomainName": "beijing.ward.example",
        "RequestInterval": 10,
        "FailureThreshold": 3,
    }
    health = route53.create_health_check(CallerReference="y", HealthCheckConfig=config)["HealthCheck"]["Id"]
    row = {
        "Name": "records.ward.example",
        "Type": "A",
        "SetIdentifier": "beijing",
        "Failover": "PRIMARY",
        "HealthCheckId": health,
        "AliasTarget": {
            "HostedZoneId": "Z1",
            "DNSName": "dualstack.entry.elb.example.",
            "EvaluateTargetHealth": True,
        },
    }
    inputs = {
        "zoneId": zone,
        "name": "records.ward.example",
        "type": "A",
        "setIdentifier": "beijing",
        "failoverRoutingPolicies": [{"type": "PRIMARY"}],
        "healthCheckId": health,
        "aliases": [{"name": "Entry.elb.example", "zoneId": "Z1", "evaluateTargetHealth": True}],
    }
    record = resource("aws:route53/record:Record", "r", inputs, region="global")
    stated = {"type": "TCP", "port": 443, "fqdn": "beijing.ward.example", "requestInterval": 10, "failureThreshold": 3}
    check = resource("aws:route53/healthCheck:HealthCheck", "h", stated, {"id": health}, region="global")
    return record, check, row


def put_record(world: World, zone: str, row: dict[str, Any], action: str = "UPSERT") -> None:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": row}]}
    world.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def test_a_failover_record(world: World, failover: tuple[Resource, Resource, dict[str, Any]]) -> None:
    record, check, row = failover
    put_record(world, record.inputs["zoneId"], row)
    all_pass(world.ask(record, check), "record-in-force", "health-check-in-force")


@pytest.mark.parametrize(
    ("path", "value", "asked"),
    [
        (["Failover"], "SECONDARY", "Failover"),
        (["AliasTarget", "DNSName"], "attacker.example.", "AliasTarget"),
        (["AliasTarget", "EvaluateTargetHealth"], False, "EvaluateTargetHealth"),
        (["HealthCheckId"], "another", "HealthCheckId"),
        (["SetIdentifier"], "ningxia", ""),
    ],
)
def test_a_failover_record_one_field_away(
    world: World, failover: tuple[Resource, Resource, dict[str, Any]], path: list[str], value: Any, asked: str
) -> None:
    record, _, row = failover
    where = row
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = value
    put_record(world, record.inputs["zoneId"], row)
    report = world.ask(record)
    found = str(value).lower() if isinstance(value, bool) else str(value) if asked else "nothing of this name"
    asked = f"ListResourceRecordSets {asked}" if asked else ""
    fails(report, "record-in-force", asked, found)


def test_a_plain_record(world: World, failover: tuple[Resource, Resource, dict[str, Any]]) -> None:
    zone = failover[0].inputs["zoneId"]
    row = {
        "Name": "*.ward.example",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": '"one"'}, {"Value": '"two"'}],
    }
    put_record(world, zone, row)
    inputs = {"zoneId": zone, "name": "*", "type": "TXT", "records": ["two", "one"]}
    record = resource("aws:route53/record:Record", "r", inputs, {"fqdn": "*.ward.example"}, region="global")
    all_pass(world.ask(record), "record-in-force")
    report = world.ask(with_input(record, "records", ["two"]))
    fails(report, "record-in-force", "ListResourceRecordSets ResourceRecords", "[one, two]", "two")


def test_a_health_check_one_field_away(world: World, failover: tuple[Resource, Resource, dict[str, Any]]) -> None:
    _, check, _ = failover
    route53, asked = world.client("route53"), "GetHealthCheck"
    route53.update_health_check(HealthCheckId=check.outputs["id"], Disabled=True)
    fails(world.ask(check), "health-check-in-force", f"{asked} Disabled", "true", "false")
    route53.update_health_check(HealthCheckId=check.outputs["id"], Disabled=False, Inverted=True)
    fails(world.ask(check), "health-check-in-force", f"{asked} Inverted", "true", "false")
    route53.update_health_check(HealthCheckId=check.outputs["id"], Inverted=False, Port=80)
    fails(world.ask(check), "health-check-in-force", f"{asked} Port", "80", "443")
    route53.delete_health_check(HealthCheckId=check.outputs["id"])
    fails(world.ask(check), "health-check-in-force", "", "NoSuchHealthCheck")


def test_the_account_s_own_block(world: World) -> None:
    """The emulator cannot be asked: the account's id stands before its host name."""
    flags = {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    stated = {"accountId": "123456789012", **{f[0].lower() + f[1:]: True for f in flags}}
    block = resource("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "b", stated, region="global")

    def said(**changes: bool) -> Any:
        answer = {"PublicAccessBlockConfiguration": {**flags, **changes}}
        return world.answering(GetPublicAccessBlock=lambda *_: dict(answer))

    check = "account-public-access-blocked"
    all_pass(world.ask(block, live=said()), check)
    report = world.ask(block, live=said(BlockPublicPolicy=False))
    fails(report, check, "GetPublicAccessBlock BlockPublicPolicy", "false", "true")
    gone = world.answering(GetPublicAccessBlock=lambda *_: {"code": "NoSuchPublicAccessBlockConfiguration"})
    fails(world.ask(block, live=gone), check, "", "NoSuchPublicAccessBlockConfiguration")
    said_of_the_emulator = finding(world.ask(block), check)
    assert said_of_the_emulator.verdict is Verdict.UNKNOWN and "cannot be reached" in said_of_the_emulator.found
