"""What is newer than provider 5.x is left out there, or said in its words."""

from __future__ import annotations

from policies.terraform.newer import In5, Newer, Taken, newer, newer_of, row_of

TABLE = "aws:dynamodb/table:Table"
INDEX = [{"attributeName": "patient", "keyType": "HASH"}, {"attributeName": "taken", "keyType": "RANGE"}]


def test_an_entry_is_found_by_its_path() -> None:
    row = row_of(TABLE, "replicas.deletionProtectionEnabled")
    assert row is not None
    assert row.in_5 is In5.DROP
    assert row_of(TABLE, "replicas") is None
    assert row_of("aws:kms/key:Key", "replicas.deletionProtectionEnabled") is None
    assert set(newer_of(TABLE)) <= {row.path for row in newer()}


def test_the_keys_of_an_index_in_the_words_of_5() -> None:
    row = row_of(TABLE, "globalSecondaryIndexes.keySchemas")
    assert row is not None
    assert row.in_5 is In5.REPLACE
    assert {name: taken.of(INDEX) for name, taken in row.by.items()} == {"hashKey": "patient", "rangeKey": "taken"}
    assert {name: taken.of(INDEX[:1]) for name, taken in row.by.items()} == {"hashKey": "patient", "rangeKey": None}
    assert row.replaces == ("globalSecondaryIndexes.hashKey", "globalSecondaryIndexes.rangeKey")


def test_what_stands_in_is_beside_it() -> None:
    top = Newer("aws:a/b:C", "news", In5.REPLACE, "as an example", {"olds": Taken("name", {})})
    assert top.replaces == ("olds",)
