"""A pod whose role reads the bucket has the internet."""

# jurisdiction: eu
# says: no-path-out-of-jurisdiction @ images

import json

import pulumi
import pulumi_aws as aws
from clinic_in_europe import allow, images, o, trust

vpc = aws.ec2.Vpc("v", cidr_block="10.0.0.0/16", opts=o)
subs = [
    aws.ec2.Subnet(f"s{i}", vpc_id=vpc.id, cidr_block=f"10.0.{i}.0/24", availability_zone=f"eu-central-1{z}", opts=o)
    for i, z in enumerate("ab")
]
rt = aws.ec2.RouteTable(
    "r", vpc_id=vpc.id, routes=[aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", nat_gateway_id="nat-0abc")], opts=o
)
for i, s in enumerate(subs):
    aws.ec2.RouteTableAssociation(f"a{i}", subnet_id=s.id, route_table_id=rt.id, opts=o)
cr = aws.iam.Role("cr", assume_role_policy=trust("eks.amazonaws.com"), opts=o)
c = aws.eks.Cluster("c", role_arn=cr.arn, vpc_config={"subnet_ids": [s.id for s in subs]}, opts=o)
nr = aws.iam.Role("nr", assume_role_policy=trust("ec2.amazonaws.com"), opts=o)
aws.eks.NodeGroup(
    "n",
    cluster_name=c.name,
    node_role_arn=nr.arn,
    subnet_ids=[s.id for s in subs],
    scaling_config={"desired_size": 2, "max_size": 3, "min_size": 2},
    opts=o,
)
oidc = aws.iam.OpenIdConnectProvider(
    "oidc",
    url=c.identities[0].oidcs[0].issuer,
    client_id_lists=["sts.amazonaws.com"],
    thumbprint_lists=["0" * 40],
    opts=o,
)
pod = aws.iam.Role(
    "pod",
    assume_role_policy=pulumi.Output.all(oidc.arn, oidc.url).apply(
        lambda a: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Federated": a[0]},
                        "Action": "sts:AssumeRoleWithWebIdentity",
                        "Condition": {
                            "StringEquals": {f"{a[1].replace('https://', '')}:sub": "system:serviceaccount:pacs:viewer"}
                        },
                    }
                ],
            }
        )
    ),
    opts=o,
)
aws.iam.RolePolicy("pod", role=pod.id, policy=allow(("s3:GetObject", pulumi.Output.concat(images.arn, "/*"))), opts=o)
