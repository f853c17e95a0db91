"""States the class of its data in a tag of its own."""

import pulumi_aws as aws

aws.sqs.Queue("notices", tags={"sensitivity": "2", "record": "operational", "safe": "none"})
