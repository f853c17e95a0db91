"""A bucket with everything a careful engineer gives it, in two regions."""

# jurisdiction: cn-mainland
# exit: 0
# silent: everything else

import pulumi
from hospital_in_china import records

pulumi.export("records", records.bucket)
