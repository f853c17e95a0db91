"""The monitor that stands in for the engine in door 1: it keeps every registration whole.

It subclasses the SDK's own mock monitor and differs in this: it keeps inputs, parent, dependencies, options and the
stack trace; URNs carry the whole chain of parents, as the engine's do; transforms run; and a computed output is either
a marker that maps back to its resource and property, so that documents built from it are whole, or, in strict mode,
unknown, exactly as in the engine's preview.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pulumi
from google.protobuf import empty_pb2, struct_pb2
from pulumi import _types
from pulumi.runtime import mocks, rpc
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.proto import provider_pb2, resource_pb2
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from policies.graph import Place, Reference, Resource, marker
from policies.resolve import with_regions_and_accounts
from policies.sources import functions, lookups
from policies.sources.callers import caller
from policies.sources.manifests import objects_of_group
from policies.sources.wire import UNKNOWN_SENTINELS, known_secrets, value_of_struct

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"
MAXIMUM_RESOURCES = 50_000
_CALLBACK_TIMEOUT_S = 60


class TooManyResources(Exception):
    """A program that registers more than any stack holds."""


class DuplicateResource(Exception):
    """Two resources of one type and name below one parent: the engine refuses the second."""

    def __init__(self, second: Resource, first: Resource):
        where = f" and {first.source}" if first.source else ""
        super().__init__(
            f"two resources are {second.type} {second.name!r} ({second.source or 'here'}{where}): the engine refuses the second, "
            "and nobody can tell which one is meant"
        )


class Recorder(mocks.MockMonitor):
    """Keeps what a program registers. `resources_seen` are raw: regions are resolved when the graph is made."""

    def __init__(
        self,
        project: str,
        stack: str,
        world: functions.World,
        *,
        strict: bool = False,
        on_resource: Callable[[int], None] | None = None,
    ):
        super().__init__(_NoMocks())
        self.project = project
        self.stack = stack
        self.world = world
        self.strict = strict
        self.on_resource = on_resource
        self.recorded: list[Resource] = []
        self._by_urn: dict[str, Resource] = {}
        self.outputs: dict[str, Any] = {}
        self.secrets: dict[str, dict[str, str]] = {}
        """URN -> path -> word; they leave the recorder as paths only."""
        self.synthetic: list[str] = []
        self.loop: asyncio.AbstractEventLoop | None = None
        self._qualified: dict[str, str] = {}
        self._stack_callbacks: list[Any] = []

    # -- registrations

    def RegisterResource(self, request: Any) -> Any:
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=self._urn("", request.type, request.name))
        for callback in [*request.transforms, *self._stack_callbacks]:
            request = self._transformed(request, callback)
        urn = self._urn(request.parent, request.type, request.name)
        self._keep(urn, request)
        state = struct_pb2.Struct()
        state.CopyFrom(request.object)
        identifier = ""
        if request.type.startswith(PROVIDER_PREFIX):
            identifier = "recorded"
        elif request.custom and not self.strict:
            identifier = marker(urn, "id")
            _mark(state, urn, request.type)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identifier, object=state)

    def ReadResource(self, request: Any) -> Any:
        urn = self._urn(request.parent, request.type, request.name)
        self._append(
            Resource(
                urn=urn,
                type=request.type,
                name=request.name,
                custom=True,
                external=True,
                inputs=value_of_struct(request.properties, lambda _name: ()),
                provider=request.provider.rpartition("::")[0] or None,
                parent=self._parent(request.parent),
                **places(request.stackTrace, request.sourcePosition),
            )
        )
        state = struct_pb2.Struct()
        state.CopyFrom(request.properties)
        if not self.strict:
            _mark(state, urn, request.type)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=state)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        self.outputs[request.urn] = value_of_struct(request.outputs, lambda _name: ())
        return empty_pb2.Empty()

    def _keep(self, urn: str, request: Any) -> None:
        self.secrets[urn] = known_secrets(request.object)
        depends = {
            name: tuple(sorted(dependency.urns))
            for name, dependency in request.propertyDependencies.items()
            if dependency.urns
        }
        self._append(
            Resource(
                urn=urn,
                type=request.type,
                name=request.name,
                custom=request.custom,
                inputs=value_of_struct(
                    request.object, lambda name: tuple(Reference(urn, "") for urn in depends.get(name, ()))
                ),
                provider=request.provider.rpartition("::")[0] or None,
                parent=self._parent(request.parent),
                depends_on=tuple(sorted(request.dependencies)),
                property_depends_on=depends,
                protect=bool(request.protect),
                retain_on_delete=bool(request.retainOnDelete),
                remote=bool(request.remote),
                ignore_changes=tuple(request.ignoreChanges),
                aliases=tuple(sorted({a.urn or a.spec.name for a in request.aliases} - {""})),
                **places(request.stackTrace, request.sourcePosition),
            )
        )
        if request.remote:
            self._keep_objects(self._by_urn[urn], request.providers)

    def _keep_objects(self, group: Resource, providers: Any) -> None:
        """The parts of a group that a plugin would take apart, where they can be read."""
        provider = group.provider or providers.get("kubernetes", "").rpartition("::")[0] or None
        for type_token, name, inputs in objects_of_group(group):
            urn = self._urn(group.urn, type_token, name)
            part = replace(group, urn=urn, type=type_token, name=name, custom=True, inputs=inputs, remote=False)
            self._append(replace(part, parent=group.urn, provider=provider, property_depends_on={}))

    def _append(self, resource: Resource) -> None:
        if len(self.recorded) >= MAXIMUM_RESOURCES:
            raise TooManyResources(f"the program registers more than {MAXIMUM_RESOURCES} resources")
        first = self._by_urn.setdefault(resource.urn, resource)
        if first is not resource:
            raise DuplicateResource(resource, first)
        self.recorded.append(resource)
        if self.on_resource:
            self.on_resource(len(self.recorded))

    def _parent(self, urn: str) -> str | None:
        return urn if urn and f"::{STACK_TYPE}::" not in urn else None

    def _urn(self, parent: str, type_token: str, name: str) -> str:
        chain = self._qualified.get(parent)
        qualified = f"{chain}${type_token}" if chain else type_token
        urn = f"urn:pulumi:{self.stack}::{self.project}::{qualified}::{name}"
        if type_token != STACK_TYPE:
            self._qualified[urn] = qualified
        return urn

    # -- transforms

    def RegisterStackTransform(self, request: Any) -> Any:
        self._stack_callbacks.append(request)
        return empty_pb2.Empty()

    def _transformed(self, request: Any, callback: Any) -> Any:
        run = next(
            (s._callbacks[callback.token] for s in _CallbackServicer._servicers if callback.token in s._callbacks), None
        )
        if run is None or self.loop is None:
            raise RuntimeError(f"a transform of {request.type} {request.name} cannot be found")
        shared = ("protect", "ignoreChanges", "retainOnDelete", "provider", "version")
        options = resource_pb2.TransformResourceOptions(
            depends_on=request.dependencies,
            protect=request.protect,
            ignore_changes=request.ignoreChanges,
            retain_on_delete=request.retainOnDelete,
            provider=request.provider,
            version=request.version,
        )
        asked = resource_pb2.TransformRequest(
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            properties=request.object,
            options=options,
        )
        answered = asyncio.run_coroutine_threadsafe(run(asked.SerializeToString()), self.loop).result(
            _CALLBACK_TIMEOUT_S
        )
        changed = resource_pb2.RegisterResourceRequest()
        changed.CopyFrom(request)
        changed.object.CopyFrom(answered.properties)
        if answered.HasField("options"):
            for name in shared:
                snake = {"ignoreChanges": "ignore_changes", "retainOnDelete": "retain_on_delete"}.get(name, name)
                changed.ClearField(name)  # type: ignore[arg-type]  # one of the names above
                value = getattr(answered.options, snake)
                if name == "ignoreChanges":
                    changed.ignoreChanges.extend(value)
                else:
                    setattr(changed, name, value)
        return changed

    # -- functions

    def Invoke(self, request: Any) -> Any:
        _ensure_event_loop()
        arguments = rpc.deserialize_properties(request.args)
        if request.tok.startswith("pulumi:pulumi:"):
            raise functions.NotComputable(request.tok)
        found = self._looked_up(request, arguments) or functions.answer(request.tok, arguments, self._world_of(request))
        if found.synthetic and request.tok not in self.synthetic:
            self.synthetic.append(request.tok)
        answer = _sync_await(rpc.serialize_properties(found.value, {}))
        return resource_pb2.ResourceInvokeResponse(**{"return": answer}, failures=[])

    def _looked_up(self, request: Any, arguments: Any) -> functions.Answer | None:
        """What stands in the cloud already, as an external resource."""
        if functions.is_answered(request.tok):
            return None
        provider = request.provider.rpartition("::")[0] or None
        found = lookups.look_up(
            request.tok,
            arguments,
            lambda type_token, name: self._urn("", type_token, name),
            provider=provider,
            source=caller(),
        )
        if found is None:
            return None
        for resource in found.resources:
            if resource.urn not in self._by_urn:
                self._append(resource)
        return functions.Answer(found.value, synthetic=True)

    def _world_of(self, request: Any) -> functions.World:
        """Account and region are those of the provider that is asked, where it names them."""
        provider = self._by_urn.get(request.provider.rpartition("::")[0])
        if provider is None:
            return self.world
        asked = with_regions_and_accounts([provider])[0]
        return replace(
            self.world, region=asked.region or self.world.region, account_id=asked.account or self.world.account_id
        )

    def Call(self, request: Any) -> Any:
        raise functions.NotComputable(request.tok)

    def SupportsFeature(self, request: Any) -> Any:
        return type("Response", (), {"hasSupport": request.id != "outputValues"})


class _NoMocks(mocks.Mocks):
    """The base class wants mocks; the recorder answers everything itself."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        return {}, [provider_pb2.CheckFailure(property="", reason=args.token)]

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        return "", {}


# --- what a type computes --------------------------------------------------------------------------------------------

_classes: dict[str, type] = {}


def _class_of(type_token: str) -> type | None:
    """The SDK class of a type: known by the time one of its resources is registered."""
    if type_token not in _classes:
        pending: list[Any] = [pulumi.CustomResource]
        while pending:
            for subclass in pending.pop().__subclasses__():
                token = getattr(subclass, "pulumi_type", None)
                if isinstance(token, str):
                    _classes.setdefault(token, subclass)
                pending.append(subclass)
    return _classes.get(type_token)


def _mark(state: Any, urn: str, type_token: str) -> None:
    """Puts a marker where an output is text that nobody stated, or whose input is not known itself."""
    for name in computed_text_outputs(type_token):
        if name not in state.fields or state.fields[name].string_value in UNKNOWN_SENTINELS:
            state.fields[name].string_value = marker(urn, name)


@cache
def computed_text_outputs(type_token: str) -> tuple[str, ...]:
    """The outputs of a type that are text and always there: those a program may put into names and documents."""
    cls = _class_of(type_token)
    if cls is None:
        return ()
    return tuple(name for name, kind in _types.resource_types(cls).items() if kind is str and name not in ("id", "urn"))


# --- places ----------------------------------------------------------------------------------------------------------

_COMPONENTS = str(Path(__file__).resolve().parents[2] / "components") + "/"
_INSTALLED = tuple(
    {str(Path(p).resolve()) + "/" for p in (sys.prefix, sys.base_prefix, str(Path(pulumi.__file__).parents[1]))}
)


@cache
def _classified(uri: str) -> tuple[str, str]:
    """(kind, path) of a frame's file: `component`, `installed` or `source`."""
    path = unquote(urlparse(uri).path)
    if path.startswith(_COMPONENTS):
        return "component", path
    if path.startswith(_INSTALLED) or "/site-packages/" in path or path.startswith("<"):
        return "installed", path
    return "source", path


def places(trace: Any, position: Any) -> dict[str, Any]:
    """`source`: the first frame outside the components and installed packages; `component`: the first inside."""
    found: dict[str, Place] = {}
    for frame in [f.pc for f in trace.frames] or [position]:
        if not frame.uri:
            continue
        kind, path = _classified(frame.uri)
        if kind != "installed" and kind not in found:
            found[kind] = Place(path, frame.line)
        if "source" in found:
            break
    return found
