"""AWS Config: the recorder records everything it should, and delivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from operations.verify.answers import as_stated, must, named, same, within
from operations.verify.asking import Subject
from operations.verify.registry import check
from policies.results import Outcome

_GONE: Final = ("NoSuchConfigurationRecorderException",)


@check(
    "aws:cfg/recorder:Recorder",
    title="The recorder is there and records what the state says",
    fix="Deploy again, and find out who changed the recorder.",
)
def recorder_complete(recorder: Subject) -> Iterator[Outcome]:
    """Compares what it records."""
    name = recorder.name("name", "id")
    rows = recorder.ask(
        "config", "describe_configuration_recorders", gone=_GONE, ConfigurationRecorderNames=[name]
    ).get("ConfigurationRecorders")
    found = within(named(rows, "name", name), "recordingGroup") or {}
    for path in ("allSupported", "includeGlobalResourceTypes"):
        asked = f"DescribeConfigurationRecorders {path}"
        yield from as_stated(recorder, asked, found.get(path, False), f"recordingGroup.{path}")


@check(
    "aws:cfg/recorderStatus:RecorderStatus",
    title="The recorder runs",
    fix="Start it again (StartConfigurationRecorder); changes made meanwhile are not recorded.",
)
def recorder_runs(status: Subject) -> Iterator[Outcome]:
    """Compares whether it runs, and reads how its last delivery ended."""
    name = status.name("name", "id")
    rows = status.ask(
        "config", "describe_configuration_recorder_status", gone=_GONE, ConfigurationRecorderNames=[name]
    ).get("ConfigurationRecordersStatus")
    found, asked = named(rows, "name", name), "DescribeConfigurationRecorderStatus"
    wanted = status.wanted("isEnabled") not in (False, "false")
    yield same(status, f"{asked} recording", found.get("recording", False), wanted)
    last = found.get("lastStatus")
    yield must(status, f"{asked} lastStatus", str(last).upper() != "FAILURE", last or "none yet", "no failure")


@check(
    "aws:cfg/deliveryChannel:DeliveryChannel",
    title="The recorder delivers where the state says",
    fix="Deploy again, and find out who changed the delivery.",
)
def recorder_delivers(channel: Subject) -> Iterator[Outcome]:
    """Compares the bucket of the delivery channel."""
    name = channel.name("name", "id")
    gone = ("NoSuchDeliveryChannelException",)
    answer = channel.ask("config", "describe_delivery_channels", gone=gone, DeliveryChannelNames=[name])
    found = named(answer.get("DeliveryChannels"), "name", name)
    yield from as_stated(channel, "DescribeDeliveryChannels s3BucketName", found.get("s3BucketName"), "s3BucketName")
