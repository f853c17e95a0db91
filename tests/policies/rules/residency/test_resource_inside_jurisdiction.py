from policies.facts import Facts
from policies.graph import Graph, Resource, Unknown
from policies.registry import all_rules
from policies.results import Verdict
from tests.resources import assert_fails, assert_passes, assert_unknown, context, resource

RULE = "resource-inside-jurisdiction"
ROLE = "aws:iam/role:Role"


def test_a_resource_in_the_jurisdiction_passes():
    assert_passes(RULE, resource("aws:s3/bucket:Bucket"))


def test_a_resource_in_another_region_fails():
    assert_fails(RULE, resource("aws:s3/bucket:Bucket", region_="eu-west-1"), found="eu-west-1", wanted="cn-north-1")


def test_a_region_known_only_after_deploy_is_unknown():
    assert_unknown(RULE, resource("aws:s3/bucket:Bucket", region_=None, region=Unknown()))


def test_a_global_service_counts_where_its_provider_stands():
    assert_passes(RULE, resource(ROLE))
    abroad = resource("pulumi:providers:aws", region="us-east-1", region_="us-east-1")
    assert _verdicts(resource(ROLE), abroad) == {Verdict.FAIL}


def test_without_a_provider_a_global_service_counts_where_the_program_stands():
    role = resource(ROLE, provider_=None)
    here, abroad = resource("aws:sns/topic:Topic"), resource("aws:sqs/queue:Queue", region_="us-east-1")
    assert _verdicts(role, here) == {Verdict.PASS}
    assert _verdicts(role, abroad) == {Verdict.FAIL}
    assert _verdicts(role, here, abroad) == {Verdict.UNKNOWN}
    assert _verdicts(role) == {Verdict.UNKNOWN}


def test_what_cloudfront_takes_from_one_region_only_may_stand_there():
    there = {"region_": "us-east-1"}
    for one in (
        resource("aws:acm/certificate:Certificate", **there),
        resource("aws:wafv2/webAcl:WebAcl", scope="CLOUDFRONT", **there),
        resource("pulumi:providers:aws", "us", region="us-east-1", **there),
    ):
        assert_passes(RULE, one, jurisdiction="eu")
        assert_fails(RULE, one, found="us-east-1")
    for other in (
        resource("aws:wafv2/webAcl:WebAcl", scope="REGIONAL", **there),
        resource("aws:s3/bucket:Bucket", **there),
        resource("aws:acm/certificate:Certificate", region_="us-west-2"),
    ):
        assert_fails(RULE, other, found="us-", jurisdiction="eu")


def _verdicts(subject: Resource, *others: Resource) -> set[Verdict]:
    rule = next(r for r in all_rules() if r.id == RULE)
    return {o.verdict for o in rule.check(subject, Facts(Graph.of([subject, *others]), context()))}
