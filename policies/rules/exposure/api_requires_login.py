from collections.abc import Iterator, Mapping
from typing import Final

from policies.facts import Facts, document_of
from policies.graph import Resource, Value, as_list
from policies.iam_access import open_to_everyone
from policies.iam_documents import State
from policies.registry import Scope, decided, failed, not_applicable, passed, rule, undecided
from policies.results import Outcome, Severity
from policies.rules._paths import each, is_hidden, one_of
from policies.rules._resource_policies import WANTED_DOCUMENT, documents

_METHOD: Final = "aws:apigateway/method:Method"
_REST: Final = "aws:apigateway/restApi:RestApi"
_REST_POLICY: Final = "aws:apigateway/restApiPolicy:RestApiPolicy"
_ROUTE: Final = "aws:apigatewayv2/route:Route"
_HTTP: Final = "aws:apigatewayv2/api:Api"
_GRAPH: Final = "aws:appsync/graphQLApi:GraphQLApi"
_EVENTS: Final = "aws:appsync/api:Api"
_POOL: Final = "aws:cognito/identityPool:IdentityPool"
_AGENT: Final = "aws:bedrock/agentcoreGateway:AgentcoreGateway"
_LOGINS: Final = ("AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", "JWT")
_VERBS: Final = ("get", "put", "post", "delete", "patch", "head", "x-amazon-apigateway-any-method")
_WANTED: Final = "a login: AWS_IAM, JWT, COGNITO_USER_POOLS or CUSTOM with an authorizer"


@rule(
    title="Whoever calls an interface has logged in",
    title_zh="调用接口必须经过身份认证",
    severity=Severity.CRITICAL,
    types=(_METHOD, _REST, _ROUTE, _HTTP, _GRAPH, _EVENTS, _POOL, _AGENT),
    scope=Scope.GRAPH,
    why="An interface without a login gives the record to whoever finds its address, and a key in an app is no login.",
    fix="Set an authorizer on every method and route; use API keys only to count.",
    good='aws.apigatewayv2.Route("read", authorization_type="JWT", authorizer_id=authorizer.id, ...)',
    bad='aws.apigatewayv2.Route("read", route_key="GET /records", ...)  # authorization NONE',
)
def api_requires_login(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    """Reads the authorization of methods and routes of API Gateway (NONE where nothing is stated), of operations in an
    OpenAPI body (security, x-amazon-apigateway-auth), of AppSync (API_KEY is none), identity pools that take in guests, and
    gateways for agents. Passes without: OPTIONS, which carries no record; methods of a private REST API, which only its
    networks reach: where its policy lets in everyone, these are all networks of all accounts of the region; routes of a WebSocket after $connect. An HTTP API of one route (`target`) has no login."""
    judge = {
        _METHOD: _method,
        _REST: _body,
        _ROUTE: _route,
        _HTTP: _quick,
        _GRAPH: _graph,
        _EVENTS: _events,
        _POOL: _pool,
        _AGENT: _agent,
    }[resource.type]
    yield from judge(resource, facts)


def _is_private(api: Resource) -> bool:
    types = [v for _, value in each(api.inputs, "endpointConfiguration.types") for v in as_list(value)]
    return bool(types) and all(t == "PRIVATE" for t in types)


def _by_network(resource: Resource, path: str, api: Resource, facts: Facts) -> Outcome:
    """The answer of a private API without a login: without a policy nobody reaches it."""
    policies = [api, *facts.satellites(api, _REST_POLICY, path="restApiId")]
    for policy in policies:
        for at, document in documents(policy, facts):
            if document.state is not State.READ:
                return undecided(resource, at, document.value, WANTED_DOCUMENT)
            if next(iter(open_to_everyone(document)), None) is not None:
                return failed(resource, path, f"{api.name} is private, and its policy lets in every network", _WANTED)
    return passed(resource, path, f"{api.name} is private")


def _method(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    value, verb = resource.get("authorization"), resource.get("httpMethod")
    api = facts.target(resource, "restApi", _REST)
    if verb == "OPTIONS":
        yield not_applicable(resource, "OPTIONS carries no record")
    elif is_hidden(value):
        yield undecided(resource, "authorization", value, _WANTED)
    elif isinstance(value, str) and value in _LOGINS:
        yield passed(resource, "authorization", value)
    elif api is not None and _is_private(api):
        yield _by_network(resource, "restApi", api, facts)
    else:
        yield failed(resource, "authorization", value, _WANTED)


def _body(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    value = resource.get("body")
    if value is None or value == "":
        yield not_applicable(resource, "its methods are resources of their own")
        return
    if _is_private(resource):
        yield _by_network(resource, "endpointConfiguration.types", resource, facts)
        return
    document = document_of(value)
    if not isinstance(document, Mapping) or not isinstance(document.get("paths"), Mapping):
        yield undecided(resource, "body", "a description that cannot be read (JSON is)", _WANTED)
        return
    bad = list(_open(document))
    for where in bad:
        yield failed(resource, f"body > {where}", "no security", _WANTED)
    if not bad:
        yield passed(resource, "body", "a login for every operation")


def _open(document: Mapping[str, Value]) -> Iterator[str]:
    """The operations of an OpenAPI description that ask for no login; API keys are none."""
    components = document.get("components")
    schemes = document.get("securityDefinitions") or (
        components.get("securitySchemes") if isinstance(components, Mapping) else None
    )
    rows = schemes if isinstance(schemes, Mapping) else {}
    keys = {
        name
        for name, row in rows.items()
        if isinstance(row, Mapping) and row.get("type") == "apiKey" and "x-amazon-apigateway-authtype" not in row
    }
    for path, item in document["paths"].items():
        for verb in _VERBS:
            operation = item.get(verb) if isinstance(item, Mapping) else None
            if not isinstance(operation, Mapping):
                continue
            auth = operation.get("x-amazon-apigateway-auth")
            if isinstance(auth, Mapping) and one_of(auth.get("type"), "AWS_IAM"):
                continue
            asked = operation.get("security", document.get("security"))
            names = {name for row in as_list(asked) if isinstance(row, Mapping) for name in row}
            if not names - keys:
                yield f"{verb.upper()} {path}"


def _route(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    value, key = resource.get("authorizationType"), resource.get("routeKey")
    api = facts.target(resource, "apiId", _HTTP)
    after_connect = (
        isinstance(key, str) and (key in ("$default", "$disconnect") or " " not in key) and key != "$connect"
    )
    if isinstance(key, str) and key.startswith("OPTIONS "):
        yield not_applicable(resource, "OPTIONS carries no record")
    elif api is not None and one_of(api.get("protocolType"), "WEBSOCKET") and after_connect:
        yield not_applicable(resource, "a WebSocket logs in at $connect")
    else:
        yield decided(resource, "authorizationType", value, lambda v: isinstance(v, str) and v in _LOGINS, _WANTED)


def _quick(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    if resource.get("target") in (None, ""):
        if resource.get("body") not in (None, ""):
            yield from _body(resource, facts)
        else:
            yield not_applicable(resource, "its routes are judged themselves")
    else:
        yield failed(resource, "target", "one route without a login", "routes of their own, each with an authorizer")


def _graph(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    patterns = ("authenticationType", "additionalAuthenticationProviders[*].authenticationType")
    yield from _no_key(resource, patterns)


def _events(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    yield from _no_key(resource, ("eventConfig.authProviders[*].authType",))


def _no_key(resource: Resource, patterns: tuple[str, ...]) -> Iterator[Outcome]:
    wanted = "AWS_IAM, AMAZON_COGNITO_USER_POOLS, OPENID_CONNECT or AWS_LAMBDA"
    if resource.get("visibility") == "PRIVATE":
        wanted += ", also where it is private"
    for pattern in patterns:
        for path, value in each(resource.inputs, pattern):
            yield decided(
                resource,
                path,
                value,
                lambda v: one_of(v, "AWS_IAM", "AMAZON_COGNITO_USER_POOLS", "OPENID_CONNECT", "AWS_LAMBDA"),
                wanted,
            )


def _pool(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    value = resource.get("allowUnauthenticatedIdentities")
    if is_hidden(value):
        yield undecided(resource, "allowUnauthenticatedIdentities", value, "false")
    elif one_of(value, None, False):
        yield passed(resource, "allowUnauthenticatedIdentities", "not set" if value is None else value)
    else:
        yield failed(resource, "allowUnauthenticatedIdentities", value, "false")


def _agent(resource: Resource, facts: Facts) -> Iterator[Outcome]:
    value = resource.get("authorizerType")
    if is_hidden(value):
        yield undecided(resource, "authorizerType", value, _WANTED)
    elif one_of(value, "AWS_IAM", "CUSTOM_JWT"):
        yield passed(resource, "authorizerType", value)
    else:
        yield failed(resource, "authorizerType", value, "CUSTOM_JWT or AWS_IAM")
