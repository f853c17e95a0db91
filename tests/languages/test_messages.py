"""Messages in another language: templates, what stands at their places, values that are left alone, hostile text."""

import time

from hypothesis import given
from hypothesis import strategies as st

from policies.languages.language import Language, language_of
from policies.languages.messages import Messages, messages
from policies.languages.template import Template
from policies.languages.words import ENGLISH, words

ROWS = Messages(
    {
        "no key": "没有密钥",
        "key {0}": "密钥 {0}",
        "key {0}, which is disabled": "密钥 {0}，已停用",
        "{0} in {1}": "{1:region} 的 {0}",
        "{0} days or more": "{0} 天及以上",
        "a place in {0}": "位于 {0}",
        "{0} is private": "{0} 是私有的",
        "{0} by {1}": "由 {1:raw} 进行的 {0}",
        "the internet": "互联网",
        "(known after deploy, from {0})": "（部署后才知道，来自 {0}）",
        "(known after deploy)": "（部署后才知道）",
    }
)


def test_a_message_is_found_by_its_template() -> None:
    assert ROWS.text("no key") == "没有密钥"
    assert ROWS.text("key main") == "密钥 main"


def test_the_heaviest_template_is_meant() -> None:
    assert ROWS.text("key main, which is disabled") == "密钥 main，已停用"


def test_what_stands_at_a_place_is_translated_too() -> None:
    assert ROWS.text("a place in the internet") == "位于 互联网"
    assert ROWS.text("the internet is private") == "互联网 是私有的"


def test_a_raw_place_is_left_alone() -> None:
    assert ROWS.text("no key by the internet") == "由 the internet 进行的 没有密钥"


def test_a_template_of_little_text_fits_only_what_it_asks_for() -> None:
    assert ROWS.text("images in cn-north-1") == "cn-north-1 的 images"
    assert ROWS.text("patients in hospital") == "patients in hospital"


def test_a_foreign_sentence_is_left_alone() -> None:
    known = messages(Language.ZH)
    for text in (
        "Ensure all data stored in the S3 bucket is securely encrypted at rest",
        "S3 Bucket has an ACL defined which allows public READ access.",
        "the archive of radiology, by order of the board",
    ):
        assert known.text(text) == text


def test_lists_pairs_and_choices_are_taken_apart() -> None:
    assert ROWS.text("no key, the internet") == "没有密钥、互联网"
    assert ROWS.text("body: no key") == "body：没有密钥"
    assert ROWS.text("json or yaml") == "json 或 yaml"


def test_values_are_left_alone() -> None:
    for value in ("TLSv1.2", "[a, b]", "{a: 1}", "", "12", "arn:aws:s3:::x", "images-bucket", "a value, another"):
        assert ROWS.text(value) == value


def test_a_value_that_is_not_known_yet_is_told_inside_a_list() -> None:
    assert ROWS.text("[(known after deploy), x]") == "[（部署后才知道）, x]"
    assert ROWS.text("[(known after deploy, from a.arn)]") == "[（部署后才知道，来自 a.arn）]"


def test_braces_without_a_number_are_text() -> None:
    template = Template.of('Add {"Bool": "x"} to {0}')
    assert template.places == (0,)
    assert template.match('Add {"Bool": "x"} to y') == ("y",)


@given(st.lists(st.text(max_size=30), min_size=3, max_size=3))
def test_a_filled_template_matches_itself(values: list[str]) -> None:
    template = Template.of("a {0} bb {1} ccc {2}.")
    found = template.match(template.filled(values))
    assert found is not None and template.filled(found) == template.filled(values)


@given(st.text())
def test_any_text_comes_out(text: str) -> None:
    assert isinstance(messages(Language.ZH).text(text), str)


def test_hostile_text_takes_no_longer_than_its_length_asks() -> None:
    text = "a path of data to " + "x in y, " * 20_000 + ": z"
    start = time.process_time()
    Messages({**{f"{'{0} x ' * 1}{n} {{1}} y {{2}}": f"{{0}}{{1}}{{2}}{n}" for n in range(200)}}).text(text)
    messages(Language.ZH).text(text)
    assert time.process_time() - start < 5


def test_a_place_with_braces_in_its_value_is_not_filled_again() -> None:
    assert ROWS.text("key {0}") == "密钥 {0}"
    assert words(Language.ZH)("Note: {0}", "{1} {0}") == "说明：{1} {0}"


def test_english_is_english() -> None:
    assert ENGLISH("Note: {0}", "x") == "Note: x"
    assert ENGLISH.text("no access log") == "no access log"
    assert language_of(None) is Language.EN
    assert language_of("zh-CN") is Language.ZH
    assert language_of("fr") is Language.EN
