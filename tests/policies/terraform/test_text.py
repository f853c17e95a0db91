"""Text becomes a template in which nothing but our references is an expression."""

import re

from hypothesis import given
from hypothesis import strategies as st

from policies.graph import Reference, marker
from policies.terraform.text import escaped, template

URN = "urn:pulumi:s::p::aws:kms/key:Key::key"


def evaluated(text: str) -> str:
    """What Terraform makes of a template without expressions."""
    return re.sub(r"([$%])\1\{", r"\1{", text)


@given(st.text(alphabet="${}%ab"))
def test_text_without_references_comes_out_of_terraform_as_it_went_in(text: str) -> None:
    rendered = escaped(text)
    assert evaluated(rendered) == text
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", rendered), "nothing opens an expression"


def test_a_policy_variable_stays_text() -> None:
    policy = '{"Resource": "arn:aws-cn:s3:::home/${aws:username}/*"}'
    assert template(policy, lambda _: "never") == policy.replace("${", "$${")
    assert evaluated(escaped(policy)) == policy


def test_a_reference_inside_text_is_an_expression_and_the_rest_is_not() -> None:
    text = f"before ${{x}} {marker(URN, 'arn')} after %{{y}}"
    found: list[Reference] = []

    def expression(reference: Reference) -> str:
        found.append(reference)
        return "aws_kms_key.key.arn"

    assert template(text, expression) == "before $${x} ${aws_kms_key.key.arn} after %%{y}"
    assert found == [Reference(URN, "arn")]
