"""The policy pack: the rule set inside the Pulumi engine."""

from policies.crossguard import pack

pack()
