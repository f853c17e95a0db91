import json
from typing import Any

import pytest

from policies.graph import Unknown
from tests.resources import assert_fails, assert_passes, assert_unknown, resource

RULE = "task-without-privileges"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
JOB = "aws:batch/jobDefinition:JobDefinition"
CONTAINER = {"name": "viewer", "image": "viewer:1", "readonlyRootFilesystem": True, "user": "10001"}


def task(**changes: Any):
    container = {k: v for k, v in {**CONTAINER, **changes}.items() if v is not None}
    return resource(TASK, containerDefinitions=json.dumps([container]), networkMode="awsvpc")


def test_a_plain_container_passes():
    assert_passes(RULE, task())
    assert_passes(RULE, task(user=None))
    assert_passes(RULE, resource(JOB, containerProperties=json.dumps(CONTAINER)))
    assert_passes(RULE, resource(JOB, eksProperties={}))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"privileged": True}, "true"),
        ({"readonlyRootFilesystem": None}, "nothing"),
        ({"user": "root"}, "root"),
        ({"user": "0:0"}, "0:0"),
        ({"linuxParameters": {"capabilities": {"add": ["SYS_ADMIN"]}}}, "SYS_ADMIN"),
    ],
)
def test_one_privilege_fails(change: dict[str, Any], found: str):
    assert_fails(RULE, task(**change), found=found)


def test_the_machines_network_and_files_fail():
    text = json.dumps([CONTAINER])
    for name in ("networkMode", "pidMode", "ipcMode"):
        assert_fails(RULE, resource(TASK, containerDefinitions=text, **{name: "host"}), found="host")
    assert_fails(RULE, resource(TASK, containerDefinitions=text, volumes=[{"hostPath": "/var/run"}]), found="/var/run")


def test_a_text_that_is_not_known_is_undecided():
    assert_unknown(RULE, resource(TASK, containerDefinitions=Unknown()))


def test_odd_shapes_fail():
    for odd in (None, 7, "{", "[]", "[7]", {}):
        assert_fails(RULE, resource(TASK, containerDefinitions=odd), found="")
