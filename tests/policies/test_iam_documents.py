import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.graph import Unknown
from policies.iam_access import (
    denies_without_tls,
    is_open_network,
    named_callers,
    narrows,
    open_to_everyone,
    resources_of,
)
from policies.iam_documents import (
    Condition,
    Document,
    State,
    account_of_arn,
    matches,
    partition_of_arn,
    read,
)
from tests.resources import ACCOUNT, ROOT, document, ref, without_tls


def one(**statement: Any) -> Document:
    return read(document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **statement}))


def is_open(*statements: dict[str, Any]) -> bool:
    return bool(list(open_to_everyone(read(document(*statements)))))


# --- reading


def test_text_data_and_a_single_statement_are_read_alike():
    statement = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "s3:GetObject", "Resource": "*"}
    data = {"Version": "2012-10-17", "Statement": statement}
    found = [read(form).statements for form in (data, json.dumps(data), {**data, "Statement": [statement]})]
    assert found[0] == found[1] == found[2]
    assert found[0][0].principals[0].account == ACCOUNT


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (None, State.ABSENT),
        ("", State.ABSENT),
        (Unknown(), State.UNKNOWN),
        ({"Statement": Unknown()}, State.UNKNOWN),
        (ref("aws:iam/policy:Policy", "policy", "policy"), State.UNKNOWN),
        ("{not json", State.BROKEN),
        ("a sentence", State.BROKEN),
        (7, State.BROKEN),
        ([], State.BROKEN),
        ({"Statement": ["text"]}, State.BROKEN),
        ({"Statement": [{"Effect": "allow", "Action": "*"}]}, State.BROKEN),
        ({"Statement": [{"Effect": "Allow"}]}, State.BROKEN),
        ({"Statement": [{"Effect": "Allow", "Action": 7}]}, State.BROKEN),
        ({"Statement": [{"Effect": "Allow", "Action": "*", "Principal": ["*"]}]}, State.BROKEN),
        ({"Statement": [{"Effect": "Allow", "Action": "*", "Principle": "*"}]}, State.BROKEN),
        ({"Statement": [{"Effect": "Allow", "Action": "*", "Condition": {"Odd Operator!": {}}}]}, State.BROKEN),
        ({"Statement": []}, State.READ),
    ],
)
def test_what_cannot_be_read_is_said(value, state):
    assert read(value).state is state


def test_an_unknown_part_is_remembered():
    (statement,) = read(
        {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Principal": {"AWS": Unknown()}}]}
    ).statements
    assert isinstance(statement.doubt, Unknown)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["*", "Allow", "Deny", ROOT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
_statements = st.fixed_dictionaries(
    {},
    optional={
        "Effect": st.sampled_from(["Allow", "Deny"]) | _values,
        "Principal": st.just("*") | _values,
        "NotPrincipal": _values,
        "Action": st.just("s3:*") | _values,
        "NotAction": _values,
        "Resource": _values,
        "Condition": st.dictionaries(st.sampled_from(["Bool", "StringEquals"]), _values, max_size=2) | _values,
    },
)


@given(_values | st.fixed_dictionaries({"Statement": _statements | st.lists(_statements, max_size=3)}))
def test_no_shape_breaks_the_reader(value):
    found = read(value)
    list(open_to_everyone(found))
    denies_without_tls(found, "s3:*")
    for statement in found.allowing:
        list(named_callers(statement))
        statement.covers_action("s3:GetObject")


# --- comparing


@pytest.mark.parametrize(
    ("pattern", "text", "answer"),
    [
        ("s3:Get*", "s3:getobject", True),
        ("S3:GETOBJECT", "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("*", "kms:Decrypt", True),
        ("s3:*", "s3:Get*", True),
        ("s3:Get*", "s3:*", False),
        ("s3:Put*", "s3:GetObject", False),
        ("", "s3:GetObject", False),
        ("a.c", "abc", False),
    ],
)
def test_actions_are_compared_as_iam_does(pattern, text, answer):
    assert matches(pattern, text) is answer


def test_many_stars_take_no_time():
    assert not matches("a*" * 40 + "b", "a" * 200)


def test_not_action_covers_everything_else():
    (statement,) = read(document({"Effect": "Allow", "Principal": "*", "NotAction": "s3:Get*"})).statements
    assert statement.covers_action("s3:PutObject")
    assert statement.covers_action("kms:Decrypt")
    assert not statement.covers_action("s3:GetObject")
    assert not statement.covers_action("s3:*")


def test_arns_of_both_partitions():
    assert account_of_arn("arn:aws-cn:iam::111122223333:root") == "111122223333"
    assert partition_of_arn("arn:aws-cn:s3:::records") == "aws-cn"
    assert partition_of_arn("arn:aws:s3:::records") == "aws"
    assert account_of_arn("arn:aws:s3:::records") is None
    assert partition_of_arn("records") is None
    assert partition_of_arn(7) is None


# --- who is let in

EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::records/*"}


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": [ROOT, "*"]}, {"CanonicalUser": "*"}])
def test_a_star_of_any_kind_is_everyone(principal):
    assert is_open({**EVERYONE, "Principal": principal})


def test_not_principal_takes_in_strangers():
    assert is_open({"Effect": "Allow", "NotPrincipal": {"AWS": ROOT}, "Action": "s3:GetObject", "Resource": "*"})


@pytest.mark.parametrize("principal", [{"AWS": ROOT}, {"AWS": ACCOUNT}, {"Service": "s3.amazonaws.com"}])
def test_a_name_is_not_everyone(principal):
    assert not is_open({**EVERYONE, "Principal": principal})


@pytest.mark.parametrize(
    ("condition", "closed"),
    [
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, True),
        ({"StringEquals": {"AWS:SourceOwner": ACCOUNT}}, True),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws-cn:sns:*:{ACCOUNT}:*"}}, True),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/*"}}, True),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*"}}, False),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}, True),
        ({"StringEquals": {"aws:SourceAccount": Unknown()}}, True),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, False),
        ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}, False),
        ({"StringLike": {"aws:SourceAccount": "*"}}, False),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws-cn:iam::*:role/reader"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}, False),
        ({"ForAllValues:StringEquals": {"aws:SourceAccount": ACCOUNT}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}, False),
        ({"StringEquals": {"aws:PrincipalTag/team": "records"}}, False),
        ({"StringEquals": {"sts:ExternalId": "secret"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"StringEquals": {"aws:SourceAccount": []}}, False),
    ],
)
def test_only_a_condition_that_names_the_caller_closes_a_star(condition, closed):
    statement = {**EVERYONE, "Condition": condition}
    found = read({"Statement": [statement]})
    assert bool(list(open_to_everyone(found))) is not closed


def test_a_denial_of_all_but_named_callers_closes_a_star():
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}},
    }
    assert not is_open(EVERYONE, denial)
    assert is_open(EVERYONE, {**denial, "Action": "s3:PutObject"})
    assert is_open(EVERYONE, {**denial, "Resource": "arn:aws-cn:s3:::other/*"})
    assert is_open(EVERYONE, {**denial, "Principal": {"AWS": ROOT}})
    condition = {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}, "Bool": {"aws:SecureTransport": "false"}}
    assert is_open(EVERYONE, {**denial, "Condition": condition})


def test_a_range_is_open_when_it_is_nearly_the_internet():
    for cidr in ("0.0.0.0/0", "::/0", "0.0.0.0/1", "2000::/3", "64.0.0.0/3", "nonsense", None):
        assert is_open_network(cidr), cidr
    for cidr in ("10.0.0.0/8", "192.168.0.0/16", "203.0.113.0/24", "fc00::/7", "2001:db8::/32"):
        assert not is_open_network(cidr), cidr


def test_the_callers_of_a_narrowed_star_are_those_its_conditions_name():
    (statement,) = one(Principal="*", Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}).statements
    assert [(c.kind, c.value) for c in named_callers(statement)] == [("aws:sourceaccount", "999999999999")]
    (statement,) = one(Principal={"AWS": ROOT, "Service": "s3.amazonaws.com"}).statements
    assert [(c.kind, c.value) for c in named_callers(statement)] == [("AWS", ROOT)]


def test_a_negative_condition_does_not_narrow():
    assert not narrows(Condition("stringnotequals", "", False, "aws:sourceaccount", (ACCOUNT,)))


# --- denial of plain HTTP

DENIAL = without_tls("s3", "arn:aws-cn:s3:::records", "arn:aws-cn:s3:::records/*")


def denied(**changes: Any) -> bool:
    return bool(denies_without_tls(read(document({**DENIAL, **changes})), "s3:*"))


def test_a_denial_without_tls_counts():
    assert denied()
    assert denied(Principal={"AWS": "*"})
    assert denied(Action="*")
    assert denied(Condition={"Bool": {"AWS:SecureTransport": [False]}})
    assert denied(Condition={"BoolIfExists": {"aws:SecureTransport": "false"}})


def test_less_than_that_does_not():
    assert not denied(Effect="Allow")
    assert not denied(Principal={"AWS": ROOT})
    assert not denied(Action="s3:GetObject")
    assert not denied(Condition={"Bool": {"aws:SecureTransport": "true"}})
    assert not denied(Condition={})
    further = {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert not denied(Condition=further)
    statements = denies_without_tls(read(document(DENIAL)), "s3:*")
    assert resources_of(statements) == ["arn:aws-cn:s3:::records", "arn:aws-cn:s3:::records/*"]
