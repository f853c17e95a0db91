"""A mistake on line 5."""

import pulumi

raise ValueError("the ward's list is empty: " + pulumi.get_stack())
