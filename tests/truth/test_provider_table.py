"""The committed table of names and shapes is what the provider and the SDK say."""

from __future__ import annotations

import pytest

from tests.repository.generate import COMMAND, ROOT, WITH_TERRAFORM
from tests.truth import provider_schema

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(provider_schema.missing()), reason=provider_schema.missing() or "-"),
]


@pytest.mark.parametrize("name", WITH_TERRAFORM)
def test_the_table_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == WITH_TERRAFORM[name](), f"out of date; run: {COMMAND}"
