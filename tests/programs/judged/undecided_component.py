"""A component of a package in another language."""

# jurisdiction: cn-mainland
# exit: 2
# says: data-type-known @ v

import pulumi


class Vpc(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("awsx:ec2:Vpc", name, {"cidrBlock": "10.0.0.0/16"}, opts, remote=True)


Vpc("v")
