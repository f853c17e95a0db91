"""Generated documents are what their sources say."""

import pytest

from tests.repository.generate import COMMAND, DOCUMENTS, ROOT, architecture_picture


@pytest.mark.parametrize("name", [n for n, make in DOCUMENTS.items() if make is not architecture_picture])
def test_a_generated_document_is_up_to_date(name: str):
    assert (ROOT / name).read_text() == DOCUMENTS[name](), f"{name} is out of date; run: {COMMAND}"


def test_the_picture_is_that_of_the_stack(graphs):
    from policies.reports.picture import picture

    found = (ROOT / "docs/architecture.svg").read_text()
    assert found == picture(graphs["cn-tertiary"]) + "\n", f"docs/architecture.svg is out of date; run: {COMMAND}"
