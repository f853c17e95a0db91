"""A provider of the program's own."""

# jurisdiction: cn-mainland
# exit: 2
# says: data-type-known @ r

from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class P(ResourceProvider):
    def create(self, props):
        return CreateResult("x", {})


class R(Resource):
    def __init__(self, name, opts=None):
        super().__init__(P(), name, {}, opts)


R("r")
