"""A function in a network that another program makes: where that leads, only that program says."""

# jurisdiction: eu
# says: no-path-out-of-jurisdiction @ images
# silent: deliveries-inside-jurisdiction

import pulumi
import pulumi_aws as aws
from clinic_in_europe import eu, o, reader

asked = pulumi.InvokeOptions(provider=eu)
network = aws.ec2.get_vpc(tags={"Name": "apps"}, opts=asked)
subnets = aws.ec2.get_subnets(filters=[{"name": "vpc-id", "values": [network.id]}], opts=asked)
group = aws.ec2.get_security_group(name="functions", vpc_id=network.id, opts=asked)
aws.lambda_.Function(
    "thumbnails",
    role=reader("thumbnails", "lambda.amazonaws.com").arn,
    runtime="python3.12",
    handler="app.main",
    code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def main(event, context): pass")}),
    vpc_config={"subnet_ids": subnets.ids, "security_group_ids": [group.id]},
    opts=o,
)
