"""Names that try to be markup or to move the cursor."""

import pulumi
import pulumi_aws as aws

pulumi.ComponentResource("evil:index:<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>")
aws.s3.Bucket("\x1b[2J\x1b[31m<script>alert('name')</script>", region='us-east-1"><b>')
aws.sqs.Queue("[bold]markup[/bold]\u202e", tags={"<i>": "[/]"})
