import pytest

from policies.graph import Unknown
from tests.kubernetes_objects import made
from tests.resources import assert_fails, assert_passes, assert_unknown, ref

RULE = "image-pinned"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
IMAGE = "spec__template__spec__containers__0__image"
REPOSITORY = ref("aws:ecr/repository:Repository", "viewer", "repositoryUrl")


@pytest.mark.parametrize(
    "image",
    [
        "nginx@sha256:" + "a" * 64,
        "registry.example:5000/viewer:1.4.2",
        "viewer:2026-11-23",
        f"{REPOSITORY}:1.4.2",
        REPOSITORY,
    ],
)
def test_a_version_passes(image: str):
    assert_passes(RULE, made(DEPLOYMENT, **{IMAGE: image}))


@pytest.mark.parametrize(
    "image", ["nginx", "nginx:latest", "registry.example:5000/viewer", "viewer:main", "viewer:Stable"]
)
def test_a_moving_name_fails(image: str):
    assert_fails(RULE, made(DEPLOYMENT, **{IMAGE: image}), found=image, wanted="digest")


def test_an_image_that_is_not_known_is_undecided():
    assert_unknown(RULE, made(DEPLOYMENT, **{IMAGE: Unknown()}))


def test_odd_shapes_fail():
    for odd in (None, 7, [], {}, ""):
        assert_fails(RULE, made(DEPLOYMENT, **{IMAGE: odd}), found="")
