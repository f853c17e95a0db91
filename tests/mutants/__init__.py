"""Mechanical mutants of the reference stacks, made without a look at the rules, and what the gate says of each."""
