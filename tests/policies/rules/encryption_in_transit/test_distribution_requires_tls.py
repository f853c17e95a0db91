from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "distribution-requires-tls"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
ORIGIN = {"customOriginConfig": {"originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1.2"]}}
GOOD = {
    "viewerCertificate": {"acmCertificateArn": "arn:aws:acm:::x", "minimumProtocolVersion": "TLSv1.3_2025"},
    "defaultCacheBehavior": {"viewerProtocolPolicy": "redirect-to-https"},
    "orderedCacheBehaviors": [{"viewerProtocolPolicy": "https-only"}],
    "origins": [ORIGIN, {"domainName": "records.s3.amazonaws.com"}],
}


def distribution(**changes: object):
    return resource(DISTRIBUTION, **{**GOOD, **changes})


def test_tls_on_both_sides_passes():
    assert_passes(RULE, distribution())


def test_the_default_certificate_fails():
    assert_fails(RULE, distribution(viewerCertificate={"cloudfrontDefaultCertificate": True}), found="nothing")
    older = {"minimumProtocolVersion": "TLSv1.2_2021"}
    assert_fails(RULE, distribution(viewerCertificate=older), found="TLSv1.2_2021", wanted="TLSv1.3_2025")


def test_plain_viewers_fail_in_any_behaviour():
    plain = {"viewerProtocolPolicy": "allow-all"}
    assert_fails(RULE, distribution(defaultCacheBehavior=plain), found="allow-all", wanted="https-only")
    assert_fails(RULE, distribution(orderedCacheBehaviors=[plain]), found="allow-all")


def test_plain_or_old_origins_fail():
    plain = {"customOriginConfig": {**ORIGIN["customOriginConfig"], "originProtocolPolicy": "match-viewer"}}
    assert_fails(RULE, distribution(origins=[plain]), found="match-viewer", wanted="https-only")
    old = {"customOriginConfig": {**ORIGIN["customOriginConfig"], "originSslProtocols": ["TLSv1", "TLSv1.2"]}}
    assert_fails(RULE, distribution(origins=[old]), found="TLSv1", wanted="TLSv1.2 only")


def test_unknown_is_unknown():
    assert_unknown(RULE, distribution(viewerCertificate=Unknown()))
    assert_unknown(RULE, distribution(origins=[Unknown()]))


def test_odd_shapes_fail():
    assert_fails(RULE, distribution(viewerCertificate="x"), found="x")
    assert_fails(RULE, distribution(defaultCacheBehavior=7), found="7")
