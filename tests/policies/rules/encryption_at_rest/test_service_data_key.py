import pytest

from policies.graph import Unknown
from policies.rules.encryption_at_rest._work import ONLY_WITH, WORK_KEYS, WORK_KEYS_OF_WHAT_IS_CLASSED
from tests.resources import assert_fails, assert_passes, assert_unknown, outcomes, ref, resource

RULE = "service-data-key"
KEY = ref("aws:kms/key:Key", "key")
FLOW = "aws:appflow/flow:Flow"
MACHINE = "aws:sfn/stateMachine:StateMachine"
RECORDS = {"hospital-cloud:data-class": "4"}


def _at(path: str, value: object) -> dict[str, object]:
    """Inputs with one value at a path; `[*]` as a list of one."""
    step, _, rest = path.partition(".")
    inner = value if not rest else _at(rest, value)
    return {step.removesuffix("[*]"): [inner] if step.endswith("[*]") else inner}


def _with(paths: tuple[str, ...], value: object) -> dict[str, object]:
    inputs: dict[str, object] = {}
    for path in paths:
        _merge(inputs, _at(path, value))
    return inputs


def _merge(into: dict[str, object], more: dict[str, object]) -> None:
    for name, value in more.items():
        mine = into.get(name)
        if isinstance(mine, dict) and isinstance(value, dict):
            _merge(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            _merge(mine[0], value[0])
        else:
            into[name] = value


@pytest.mark.parametrize("token", [*WORK_KEYS, *WORK_KEYS_OF_WHAT_IS_CLASSED])
def test_each_service_with_a_customer_key_passes_and_with_its_own_fails(token: str):
    paths = WORK_KEYS.get(token) or WORK_KEYS_OF_WHAT_IS_CLASSED[token]
    more = {"tags": RECORDS, **({ONLY_WITH[token]: {"filters": []}} if token in ONLY_WITH else {})}
    assert_passes(RULE, resource(token, **more, **_with(paths, KEY)))
    assert_fails(RULE, resource(token, **more, **_with(paths, "alias/aws/service")), found="alias/aws/service")
    if not any("[*]" in path for path in paths):
        assert_fails(RULE, resource(token, **more), found="nothing", wanted="customer key")


def test_a_mapping_that_filters_nothing_keeps_nothing():
    assert_passes(RULE, resource("aws:lambda/eventSourceMapping:EventSourceMapping", tags=RECORDS))


def test_one_key_of_two_is_not_enough():
    job = "aws:sagemaker/trainingJob:TrainingJob"
    good = {"outputDataConfig": {"kmsKeyId": KEY}, "resourceConfig": {"volumeKmsKeyId": KEY}}
    assert_passes(RULE, resource(job, **good))
    assert_fails(RULE, resource(job, **{**good, "resourceConfig": {}}), found="nothing")


def test_what_mostly_carries_orders_is_asked_only_when_it_states_a_class():
    assert_passes(RULE, resource(MACHINE, definition="{}"))
    assert_fails(RULE, resource(MACHINE, definition="{}", tags=RECORDS), found="nothing")


DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"


def test_a_key_that_may_be_left_out_must_be_a_customer_key_where_it_is_named():
    assert outcomes(RULE, resource(DELIVERY, extendedS3Configuration={"bucketArn": "arn:aws-cn:s3:::records"})) == []
    assert_passes(RULE, resource(DELIVERY, extendedS3Configuration={"kmsKeyArn": KEY}))
    assert_fails(RULE, resource(DELIVERY, extendedS3Configuration={"kmsKeyArn": "alias/aws/s3"}), found="alias/aws/s3")
    backup = {"s3Configuration": {"kmsKeyArn": "alias/aws/s3"}}
    assert_fails(RULE, resource(DELIVERY, splunkConfiguration=backup), found="alias/aws/s3")


def test_a_low_class_is_not_asked():
    assert_passes(RULE, resource(FLOW, tags={"hospital-cloud:data-class": "2"}))


def test_a_key_that_is_not_known_is_unknown():
    assert_unknown(RULE, resource(FLOW, kmsArn=Unknown()))


def test_odd_shapes_fail():
    for odd in (7, [], {"a": 1}, True):
        assert_fails(RULE, resource(FLOW, kmsArn=odd), found="")
