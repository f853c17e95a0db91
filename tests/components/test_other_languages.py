"""The components serve other languages: Pulumi infers a schema from the classes."""

import inspect
import json

from pulumi.provider.experimental.component import ComponentProvider

from components import __main__ as plugin
from infra import blueprint


def schema() -> dict:
    provider = ComponentProvider(plugin.COMPONENTS, "hospital-cloud", version="0.1.0")
    return json.loads(provider.schema)


def test_every_component_has_a_schema_with_the_token_it_registers():
    found = schema()["resources"]
    for component in plugin.COMPONENTS:
        assert f"hospital-cloud:index:{component.__name__}" in found


def test_arguments_carry_their_meaning_and_what_is_required():
    storage = schema()["resources"]["hospital-cloud:index:EncryptedStorage"]
    assert "replicaRegion" in storage["inputProperties"] and "replicaRegion" not in storage["requiredInputs"]
    assert "dataClass" in storage["requiredInputs"]
    assert "GB/T 39725" in storage["inputProperties"]["dataClass"]["description"]


def test_what_the_blueprint_makes_is_offered():
    """A component that the blueprint uses by itself can be used by others too."""
    source = "".join(inspect.getsource(m) for m in (blueprint.accounts, blueprint.applications, blueprint.stores))
    offered = {c.__name__ for c in plugin.COMPONENTS}
    for name in ("AccountBaseline", "ApplicationPlatform", "DailyBackup", "DataCenter", "EdgeSite", "EncryptedStorage"):
        assert f"{name}(" in source and name in offered
