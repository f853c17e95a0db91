"""A provider plugin that speaks Pulumi's provider protocol and provisions nothing: it records each call and makes up
what a cloud would answer. In a preview it answers as a real provider does: inputs known, what is computed unknown.

`HOSPITAL_CLOUD_RECORD`: file for one JSON line a call.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import typing
import uuid
from concurrent import futures
from dataclasses import dataclass
from functools import cache
from typing import Any

import grpc
import pulumi_aws
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi import _types
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

_lock = threading.Lock()


def record(call: str, urn: str, **more: Any) -> None:
    path = os.environ.get("HOSPITAL_CLOUD_RECORD")
    if path:
        with _lock, open(path, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps({"call": call, "urn": urn, **more}) + "\n")


def plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    return json_format.MessageToDict(struct)


def struct(values: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


@cache
def class_of(token: str) -> type | None:
    """aws:ec2/vpcEndpoint:VpcEndpoint -> pulumi_aws.ec2.VpcEndpoint."""
    module, _, rest = token.removeprefix("aws:").partition("/")
    name = rest.rpartition(":")[2]
    module = {"lambda": "lambda_"}.get(module, module)
    package = pulumi_aws if module == "index" else getattr(pulumi_aws, module, None)
    found = getattr(package, name, None)
    return found if isinstance(found, type) else None


def made_up(kind: Any, seed: str, depth: int = 0) -> Any:
    """A plausible value of an output's type: what programs index and put into names is there."""
    kind = _types.unwrap_optional_type(kind) if kind is not None else str
    origin = typing.get_origin(kind)
    if kind is str:
        return f"{seed.rpartition('.')[2]}-{hashlib.sha256(seed.encode()).hexdigest()[:12]}"
    if kind is bool:
        return False
    if kind in (int, float):
        return 1
    if origin in (list, typing.Sequence) or getattr(origin, "__name__", "") == "Sequence":
        (inner,) = typing.get_args(kind) or (str,)
        return [made_up(inner, f"{seed}", depth + 1)] if depth < 4 else []
    if origin in (dict, typing.Mapping) or getattr(origin, "__name__", "") == "Mapping":
        return {}
    if isinstance(kind, type) and _types.is_output_type(kind) and depth < 4:
        types = _types.output_type_types(kind)
        names = _types._py_to_pulumi_names_from_py_properties(kind)
        return {names.get(n, n): made_up(t, f"{seed}.{n}", depth + 1) for n, t in types.items()}
    return None


@dataclass
class Place:
    """Where the provider of this process works: the engine starts one for each that a program makes."""

    region: str = "cn-north-1"
    account: str = "123456789012"

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> Place:
        """What a provider was given: each argument is a text, a list one of JSON."""
        accounts = json.loads(arguments.get("allowedAccountIds") or "[]")
        return cls(arguments.get("region") or cls.region, accounts[0] if accounts else cls.account)


FORMS = {
    "aws:s3/bucket:Bucket": ("{bucket}", "s3:::{bucket}"),
    "aws:kms/key:Key": ("{uuid}", "kms:{region}:{account}:key/{uuid}"),
    "aws:iam/role:Role": ("{name}", "iam::{account}:role/{name}"),
    "aws:iam/policy:Policy": ("{arn}", "iam::{account}:policy/{name}"),
    "aws:sns/topic:Topic": ("{arn}", "sns:{region}:{account}:{name}"),
    "aws:sqs/queue:Queue": ("https://sqs.{region}/{account}/{name}", "sqs:{region}:{account}:{name}"),
    "aws:backup/vault:Vault": ("{name}", "backup:{region}:{account}:backup-vault:{name}"),
    "aws:cloudwatch/logGroup:LogGroup": ("{name}", "logs:{region}:{account}:log-group:{name}"),
}
"""Type -> id and ARN, where rules read them: the forms that AWS gives them."""


def outputs(urn: str, inputs: dict[str, Any], place: Place) -> dict[str, Any]:
    """Inputs, and for each output that nobody stated, the id among them, something made up from the URN, so that it stays
    the same."""
    token = urn.split("::")[2].rpartition("$")[2]
    cls = class_of(token)
    state = dict(inputs)
    kinds = _types.resource_types(cls) if cls else {}
    if "region" in kinds:
        state.setdefault("region", place.region)
    for name, kind in kinds.items():
        if name in state or name in ("id", "urn"):
            continue
        optional = type(None) in typing.get_args(kind)
        if not optional:
            value = made_up(kind, f"{urn}.{name}")
            if value is not None:
                state[name] = value
    seed = hashlib.sha256(urn.encode()).hexdigest()
    identifier, arn = FORMS.get(
        token, (f"id-{seed[:12]}", f"{token.split(':')[1].split('/')[0]}:{{region}}:{{account}}:{seed[:12]}")
    )
    told = {"region": place.region, **state, "account": place.account, "uuid": str(uuid.UUID(seed[:32]))}
    if "arn" in state:
        partition = "aws-cn" if str(told["region"]).startswith("cn-") else "aws"
        state["arn"] = told["arn"] = f"arn:{partition}:{arn.format_map(told)}"
    state["id"] = identifier.format_map(told)
    if token == "aws:kms/key:Key":
        state["keyId"] = state["id"]
    return state


class RecordingProvider(provider_pb2_grpc.ResourceProviderServicer):
    """See the module."""

    def __init__(self) -> None:
        self.place = Place()

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True, accept_outputs=True)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="7.51.1")

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema='{"name": "aws", "version": "7.51.1"}')

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        self.place = Place.of(plain(request.args))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True
        )

    def Check(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:
        old, new = plain(request.old_inputs), plain(request.news)
        changed = sorted(k for k in {*old, *new} if old.get(k) != new.get(k))
        record("diff", request.urn, changed=changed)
        kind = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=kind, diffs=changed)

    def Create(self, request: Any, context: Any) -> Any:
        if request.preview:
            return provider_pb2.CreateResponse(id="", properties=request.properties)
        record("create", request.urn)
        state = outputs(request.urn, plain(request.properties), self.place)
        return provider_pb2.CreateResponse(id=state["id"], properties=struct(state))

    def Read(self, request: Any, context: Any) -> Any:
        record("read", request.urn)
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Update(self, request: Any, context: Any) -> Any:
        if not request.preview:
            record("update", request.urn)
        state = outputs(request.urn, plain(request.news), self.place)
        return provider_pb2.UpdateResponse(properties=struct({**state, "id": request.id}))

    def Delete(self, request: Any, context: Any) -> Any:
        record("delete", request.urn)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        record("invoke", request.tok)
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the blueprint asks the cloud nothing at preview: {request.tok}")

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()


def main() -> None:
    # One thread: the SDK's modules load when first asked for, and a second thread finds them half loaded; nothing here waits.
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=1),
        options=[("grpc.max_receive_message_length", 1 << 28), ("grpc.max_send_message_length", 1 << 28)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(RecordingProvider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
