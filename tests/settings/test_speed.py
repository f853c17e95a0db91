"""Reading a stack file is quick, and needs neither engine nor cloud SDK."""

from __future__ import annotations

import subprocess
import sys
import time

import jurisdictions
from infra.settings import load
from infra.settings.kinds import ShortName
from tests.conftest import ROOT

HEAVY = ("pulumi", "pulumi_aws", "boto3", "botocore", "grpc", "policies", "components")


def test_settings_and_sizing_import_no_engine_and_no_sdk() -> None:
    code = f"import sys, infra.settings.scaffold, infra.sizing; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_stack_file_is_read_within_50_ms_of_processor_time() -> None:
    path = ROOT / "stacks" / "Pulumi.cn-tertiary.yaml"
    load(path)
    spent = []
    for _ in range(5):
        begin = time.process_time()
        load(path)
        spent.append(time.process_time() - begin)
    assert min(spent) < 0.05


def test_physical_names_fit_with_the_longest_short_name_in_every_region() -> None:
    """`<short name>-<account>-<region>-<role>` is a bucket's name; AWS takes 63 characters, a role has up to 20."""
    form = ShortName.__metadata__[0]
    assert form.checked("a" * form.maximum_length)
    for name in jurisdictions.names():
        for region in jurisdictions.load(name).regions:
            assert len(f"{'a' * form.maximum_length}-{'1' * 12}-{region}-{'r' * 20}") <= 63
