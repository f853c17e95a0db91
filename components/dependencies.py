"""What the caller says must exist before a component's children. The engine does not pass a component's `depends_on` on
to its children; a component whose children need it passes it on itself."""

from typing import Optional

import pulumi


def before(opts: Optional[pulumi.ResourceOptions]) -> list[pulumi.Resource]:
    """The resources of `depends_on`, as a list."""
    given = opts.depends_on if opts and opts.depends_on else []
    return list(given) if isinstance(given, (list, tuple)) else [given]
