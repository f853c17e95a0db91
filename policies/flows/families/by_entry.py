"""Entries: where users are answered, and how each tells who they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policies.flows.builder import Builder
from policies.flows.model import Kind, Place
from policies.graph import Resource, as_list

BALANCERS: Final = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
)
_LISTENERS = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
ENTRIES: Final[Mapping[str, str]] = {
    "aws:apigateway/restApi:RestApi": "what its methods ask for",
    "aws:apigatewayv2/api:Api": "what its routes ask for",
    "aws:appsync/graphQLApi:GraphQLApi": "authenticationType",
    "aws:appsync/api:Api": "what its channels ask for",
    "aws:cloudfront/distribution:Distribution": "what its behaviours ask for",
    "aws:cloudfront/distributionTenant:DistributionTenant": "what its behaviours ask for",
    "aws:cloudfront/multitenantDistribution:MultitenantDistribution": "what its behaviours ask for",
    "aws:connect/instance:Instance": "identityManagementType",
    "aws:ivs/channel:Channel": "authorized",
    "aws:lambda/functionUrl:FunctionUrl": "authorizationType",
    "aws:lightsail/distribution:Distribution": "what its origin asks for",
    "aws:transfer/server:Server": "identityProviderType",
    "aws:quicksight/dataSet:DataSet": "QuickSight's own users",
    "aws:transfer/webApp:WebApp": "what IAM Identity Center asks for",
    "aws:verifiedaccess/endpoint:Endpoint": "what its group asks for",
}
"""Type of an entry -> the input that says how users are told apart, or where that is said."""


def by_entry(builder: Builder) -> None:
    """Adds entry -> users."""
    graph = builder.facts.graph
    for entry in graph.of_type(*BALANCERS):
        hidden = entry.get("internal") in (True, "true")
        _users(
            builder, entry, "the network's own users" if hidden else "users", _of_listeners(builder, entry), "internal"
        )
    for type_token, how in ENTRIES.items():
        for entry in graph.by_type.get(type_token, ()):
            stated = entry.get(how) if " " not in how else how
            named = {"NONE": "none at this entry", "AWS_IAM": "signed requests (IAM)"}.get(str(stated), str(stated))
            _users(builder, entry, "users", named if stated is not None else "none stated", "" if " " in how else how)
    for store in builder.facts.stores:
        if store.get("publiclyAccessible") in (True, "true"):
            _users(builder, store, "users", "the database's own logins", "publiclyAccessible")


def _users(builder: Builder, entry: Resource, who: str, authentication: str, path: str) -> None:
    found = f"{who} at {entry.name}"
    place = Place(found, None, entry.region, entry.account, authentication=authentication)
    builder.add(Kind.SERVING, entry.urn, builder.place(place), entry, path)


def _of_listeners(builder: Builder, entry: Resource) -> str:
    found = set()
    for listener in builder.facts.graph.referring(entry, *_LISTENERS, path="loadBalancerArn"):
        mode = listener.get("mutualAuthentication.mode")
        if mode not in (None, "off"):
            found.add("client certificates")
        for action in as_list(listener.get("defaultActions")):
            kind = action.get("type") if isinstance(action, Mapping) else None
            if isinstance(kind, str) and kind.startswith("authenticate-"):
                found.add(kind.removeprefix("authenticate-"))
    return ", ".join(sorted(found)) or "by the application"
