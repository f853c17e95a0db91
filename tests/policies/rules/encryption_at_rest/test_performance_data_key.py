from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "performance-data-key"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"


def test_a_customer_key_passes():
    assert_passes(RULE, resource(INSTANCE))


def test_without_key_it_fails():
    assert_fails(RULE, resource(INSTANCE, performanceInsightsKmsKeyId=None), found="nothing", wanted="customer key")
    assert_fails(RULE, resource(INSTANCE, performanceInsightsKmsKeyId="alias/aws/rds"), found="alias/aws/rds")


def test_where_nothing_is_recorded_nothing_is_asked():
    assert_passes(RULE, resource(INSTANCE, performanceInsightsEnabled=False, performanceInsightsKmsKeyId=None))


def test_unknown_is_unknown():
    assert_unknown(RULE, resource(INSTANCE, performanceInsightsEnabled=Unknown()))
    assert_unknown(RULE, resource(INSTANCE, performanceInsightsKmsKeyId=Unknown()))


def test_odd_shapes_fail():
    assert_fails(RULE, resource(INSTANCE, performanceInsightsEnabled=["x"], performanceInsightsKmsKeyId=7), found="7")
