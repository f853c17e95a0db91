"""What `pulumi up` runs."""

import gc

# A program of thousands of resources spends half its time collecting objects that live to its end.
gc.disable()

from infra.program import main  # noqa: E402  collection must be off before the SDK is imported

main()
