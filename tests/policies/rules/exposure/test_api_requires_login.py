import json
from typing import Any

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, document, outcomes, ref, resource

RULE = "api-requires-login"
METHOD = "aws:apigateway/method:Method"
REST = "aws:apigateway/restApi:RestApi"
ROUTE = "aws:apigatewayv2/route:Route"
HTTP = "aws:apigatewayv2/api:Api"
GRAPH = "aws:appsync/graphQLApi:GraphQLApi"
POOL = "aws:cognito/identityPool:IdentityPool"
OPEN = {"restApi": ref(REST, "restApi", "id"), "httpMethod": "GET", "authorization": "NONE"}
PRIVATE = {"endpointConfiguration": {"types": "PRIVATE"}}
EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
ROUTED = {"apiId": ref(HTTP, "api", "id"), "routeKey": "GET /records"}


@pytest.mark.parametrize("kind", ["AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"])
def test_a_method_with_a_login_passes(kind: str):
    assert_passes(RULE, resource(METHOD, **{**OPEN, "authorization": kind}), resource(REST))


def test_a_method_without_fails():
    assert_fails(RULE, resource(METHOD, **OPEN), resource(REST), found="NONE", wanted="AWS_IAM")
    keyed = resource(METHOD, apiKeyRequired=True, **OPEN)
    assert_fails(RULE, keyed, resource(REST), found="NONE")


def test_options_and_private_interfaces_pass_without():
    assert_passes(RULE, resource(METHOD, **{**OPEN, "httpMethod": "OPTIONS"}), resource(REST))
    private = resource(REST, endpointConfiguration={"types": "PRIVATE"})
    assert_passes(RULE, resource(METHOD, **OPEN), private)
    closed = {**EVERYONE, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}
    assert_passes(RULE, resource(METHOD, **OPEN), resource(REST, **PRIVATE, policy=document(closed)))
    regional = resource(REST, endpointConfiguration={"types": "REGIONAL"})
    assert_fails(RULE, resource(METHOD, **OPEN), regional, found="NONE")


def test_a_private_interface_whose_policy_lets_in_every_network_fails():
    method, said = resource(METHOD, **OPEN), "lets in every network"
    assert_fails(RULE, method, resource(REST, **PRIVATE, policy=document(EVERYONE)), found=said)
    apart = resource(
        "aws:apigateway/restApiPolicy:RestApiPolicy",
        restApiId=ref(REST, "restApi", "id"),
        policy=document(EVERYONE),
    )
    assert_fails(RULE, method, resource(REST, **PRIVATE), apart, found=said)
    assert_unknown(RULE, method, resource(REST, **PRIVATE, policy=Unknown()))
    assert_fails(RULE, resource(REST, **PRIVATE, policy=document(EVERYONE), body=_described({})), found=said)


def _described(operation: dict[str, Any], **more: Any) -> str:
    return json.dumps({"openapi": "3.0.1", "paths": {"/records": {"get": operation}}, **more})


SCHEMES = {"securitySchemes": {"key": {"type": "apiKey"}, "login": {"type": "oauth2"}}}


def test_an_openapi_body_is_read_operation_by_operation():
    assert_passes(RULE, resource(REST, body=_described({"security": [{"login": []}]}, components=SCHEMES)))
    assert_passes(RULE, resource(REST, body=_described({"x-amazon-apigateway-auth": {"type": "AWS_IAM"}})))
    assert_passes(RULE, resource(REST, body=_described({}, security=[{"login": []}], components=SCHEMES)))
    assert_fails(RULE, resource(REST, body=_described({})), found="no security")
    assert_fails(
        RULE, resource(REST, body=_described({"security": [{"key": []}]}, components=SCHEMES)), found="no security"
    )
    assert_unknown(RULE, resource(REST, body="openapi: 3.0.1"))
    assert_unknown(RULE, resource(REST, body=Unknown()))
    assert_passes(RULE, resource(REST))


def test_a_route_needs_a_login():
    assert_passes(RULE, resource(ROUTE, authorizationType="JWT", **ROUTED), resource(HTTP, protocolType="HTTP"))
    assert_fails(RULE, resource(ROUTE, **ROUTED), resource(HTTP, protocolType="HTTP"), found="nothing")
    assert_fails(
        RULE, resource(ROUTE, **{**ROUTED, "routeKey": "$default"}), resource(HTTP, protocolType="HTTP"), found=""
    )
    assert_unknown(RULE, resource(ROUTE, authorizationType=Unknown(), **ROUTED), resource(HTTP))


def test_a_websocket_logs_in_at_connect():
    socket = resource(HTTP, protocolType="WEBSOCKET")
    assert_fails(RULE, resource(ROUTE, **{**ROUTED, "routeKey": "$connect"}), socket, found="nothing")
    assert_passes(RULE, resource(ROUTE, **{**ROUTED, "routeKey": "$default"}), socket)
    assert_passes(RULE, resource(ROUTE, **{**ROUTED, "routeKey": "send"}), socket)


def test_an_interface_of_one_route_has_no_login():
    assert_fails(RULE, resource(HTTP, protocolType="HTTP", target="arn:aws-cn:lambda:x"), found="one route without")
    assert_passes(RULE, resource(HTTP, protocolType="HTTP"))


def test_a_key_is_no_login():
    assert_passes(RULE, resource(GRAPH, authenticationType="AWS_IAM"))
    assert_fails(RULE, resource(GRAPH, authenticationType="API_KEY"), found="API_KEY")
    more = [{"authenticationType": "API_KEY"}]
    assert_fails(
        RULE, resource(GRAPH, authenticationType="AWS_IAM", additionalAuthenticationProviders=more), found="API_KEY"
    )


def test_guests_are_not_taken_in():
    assert_passes(RULE, resource(POOL, allowUnauthenticatedIdentities=False))
    assert_fails(RULE, resource(POOL, allowUnauthenticatedIdentities=True), found="true")


def test_odd_shapes_never_pass():
    for odd in (7, [], {"a": 1}, "", None):
        for subject in (
            resource(METHOD, authorization=odd),
            resource(ROUTE, authorizationType=odd),
            resource(GRAPH, authenticationType=odd),
        ):
            assert all(o.verdict.value != "pass" for o in outcomes(RULE, subject))
