"""What is read of Terraform's files, and that nothing else stops the reader."""

import contextlib
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policies.sources import hcl
from policies.sources.hcl import BadHcl
from policies.sources.hcl_nodes import (
    Call,
    Choice,
    Items,
    Literal,
    Loop,
    Name,
    Object,
    Operation,
    Other,
    Template,
    names_of,
)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ('"a\\"b\\u00e9 $${x}"', Literal('a"b\u00e9 ${x}')),
        ("-1.5", Literal(-1.5)),
        ("true", Literal(True)),
        ('"${var.a}"', Name("var.a")),
        ("aws_b.c[0].arn", Name("aws_b.c[0].arn")),
        ('aws_b.c[ each.key ]["x.y"]', Name('aws_b.c[each.key]["x.y"]')),
        ('"${a.b}/*"', Template((Name("a.b"), Literal("/*")))),
        ("[a.b, # one\n 2,\n]", Items((Name("a.b"), Literal(2)))),
        ('{ a = 1, "b" : c.d\n (var.k) = 2 }', Object(((Literal("a"), Literal(1)), (Literal("b"), Name("c.d")), (Name("var.k"), Literal(2))))),
        ("f(a.b,\n [])", Call("f", (Name("a.b"), Items(())))),
        ("<<-E\n    a ${b.c}\n  E", Template((Literal("a "), Name("b.c"), Literal("\n")))),
        ('var.a ? b.c : "d"', Choice(Name("var.a"), Name("b.c"), Literal("d"))),
        ("(\n!var.a\n&& 3 > 2 || b.c)", Operation("||", (Operation("&&", (Operation("!", (Name("var.a"),)), Operation(">", (Literal(3), Literal(2))))), Name("b.c")))),
        ("var.a == 1 + 2", Other(("var.a",), False)),
        ("[for a in var.b : a]", Loop("", "a", Name("var.b"), None, Name("a"), None, False)),
        ("{\n for k, v in local.m : k => v.id... if v.on\n}", Loop("k", "v", Name("local.m"), Name("k"), Name("v.id"), Name("v.on"), True)),
        ("f(var.a...)", Call("f", (Other(("var.a",), False),))),
    ],
)  # fmt: skip
def test_an_expression(text: str, node: Any) -> None:
    assert hcl.body_of(f"x = {text}\ny = 1\n").arguments == {"x": node, "y": Literal(1)}


def test_names_of_a_loops_own_are_nobody_elses() -> None:
    [found] = hcl.body_of(
        "x = { for k, v in local.m : k => [v.id, v[k], var.a] if v.on == each.key }"
    ).arguments.values()
    assert list(names_of(found)) == ["local.m", "var.a", "each.key"]


@pytest.mark.parametrize("text", ["[for a of var.b : a]", "{for a in var.b : a}", "[for a in var.b a]"])
def test_a_loop_of_another_form_is_no_loop(text: str) -> None:
    [found] = hcl.body_of(f"x = {text}\n").arguments.values()
    assert isinstance(found, Other)


def test_blocks_stand_in_order_with_their_labels() -> None:
    body = hcl.body_of('resource "a" "b" {\n  c { d = 1 }\n  c {\n    d = 2 // two\n  }\n}\nlocals {}\n')
    assert [(kind, labels) for kind, labels, _ in body.blocks] == [("resource", ("a", "b")), ("locals", ())]
    assert [inner.arguments["d"] for inner in body.blocks[0][2].of("c")] == [Literal(1), Literal(2)]


@given(st.text(alphabet='ab.{}[]()"$%\\=\n#<-E/*, ?:1', max_size=60))
@example('x = "${"${"${')
@example("{" * 3000)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        hcl.body_of(text)
    except BadHcl:
        return


@pytest.mark.parametrize(
    "text",
    [
        "x = " + '"${f(' * 400 + "1" + ')+1}"' * 400,
        "x = " + '"${f(' * 11 + "1" + ')+1}"' * 11,
        "x = " + "[" * 40 + "a+1" + "]" * 40 + "\n" + "y = " + "(" * 3000,
        "a {\n" * 5000,
        "x = " + "[a[f(" * 3000,
        "x = " + "[a[f(" * 300 + "1" + ")]]" * 300,
        "x = " + '{ a = "${f(' * 200 + "1" + ')}" }' * 200,
        "x = a" + "[b" * 5000,
        "x = " + "[for a in " * 5000,
        "x = " + "{for a in b : " * 5000,
        "x = " + "!" * 5000,
        "x = " + "a ? " * 5000,
        "x = [" + "a == " * 50_000,
        "x = <<E\n${<<E\n${<<E\n" * 50,
        'x = "' + "a" * 500_000 + '"\n' + "# comment\n" * 50_000,
    ],
)
def test_texts_that_nest_or_are_long_take_no_time(text: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(BadHcl):
        hcl.body_of(text)
    assert time.process_time() - begun < 5
