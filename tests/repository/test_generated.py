"""Generated documents are what their sources say."""

import pytest

from tests.repository import emulated_types, generate
from tests.repository.generate import COMMAND, DOCUMENTS, FOLDERS, ROOT

OF_STACKS = (generate.architecture_picture, generate.emulated_types)
"""Those that are made of the stacks' graphs, which the tests record once."""


@pytest.mark.parametrize("name", [n for n, make in DOCUMENTS.items() if make not in OF_STACKS])
def test_a_generated_document_is_up_to_date(name: str):
    assert (ROOT / name).read_text() == DOCUMENTS[name](), f"{name} is out of date; run: {COMMAND}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_generated_folder_holds_what_its_source_makes(folder: str):
    made, found = FOLDERS[folder](), {path.name: path.read_text() for path in (ROOT / folder).iterdir()}
    differing = sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))
    assert differing == [], f"{folder} is out of date (changed, missing, or of a rule that is gone); run: {COMMAND}"


def test_the_picture_is_that_of_the_stack(graphs):
    from policies.reports.picture import picture

    found = (ROOT / "docs/architecture.svg").read_text()
    assert found == picture(graphs["cn-tertiary"]) + "\n", f"docs/architecture.svg is out of date; run: {COMMAND}"


def test_the_types_are_those_of_the_stacks(graphs):
    found = (ROOT / "docs/reference/emulated-types.md").read_text()
    assert found == generate._NOTE + emulated_types.text(graphs), f"emulated-types.md is out of date; run: {COMMAND}"
