import json
from typing import Any

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "collection-not-public"
POLICY = "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy"
ACCESS = "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy"
RULES = [{"ResourceType": "collection", "Resource": ["collection/records"]}]


def said(token: str, kind: str, **block: Any):
    return resource(token, type=kind, policy=json.dumps([{"Rules": RULES, **block}]))


def test_private_keyed_and_named_passes():
    assert_passes(RULE, said(POLICY, "network", AllowFromPublic=False, SourceVPCEs=["vpce-1"]))
    assert_passes(RULE, said(POLICY, "encryption", KmsARN="arn:aws-cn:kms:x"))
    assert_passes(RULE, said(ACCESS, "data", Principal=["arn:aws-cn:iam::111122223333:role/reader"]))


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        (said(POLICY, "network", AllowFromPublic=True), "true"),
        (said(POLICY, "network"), "nothing"),
        (said(POLICY, "encryption", AWSOwnedKey=True), "true"),
        (said(ACCESS, "data", Principal=["*"]), "*"),
        (said(ACCESS, "data"), "nothing"),
    ],
)
def test_one_thing_wrong_fails(subject: Any, found: str):
    assert_fails(RULE, subject, found=found)


def test_what_is_not_known_is_undecided():
    assert_unknown(RULE, resource(POLICY, type="network", policy=Unknown()))


def test_odd_shapes_fail():
    for odd in (None, 7, "{", "[]", "x", "[7]"):
        assert_fails(RULE, resource(POLICY, type="network", policy=odd), found="")
