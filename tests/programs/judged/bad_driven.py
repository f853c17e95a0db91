"""A program that drives the engine itself; its region and a name come by its own configuration."""

# jurisdiction: cn-mainland
# exit: 1
# says: resource-inside-jurisdiction @ abroad
# silent: resource-inside-jurisdiction @ here

import asyncio

import pulumi
import pulumi_aws as aws
from pulumi import automation


async def hospital():
    await asyncio.sleep(0)
    ward = pulumi.Config().require("ward")
    aws.sqs.Queue(f"here-{ward}")
    aws.sqs.Queue(f"abroad-{ward}", region="us-east-1")
    pulumi.export("ward", ward)


if __name__ == "__main__":
    stack = automation.create_or_select_stack("dev", project_name="hospital", program=hospital)
    stack.workspace.install_plugin("aws", "v7.0.0")
    stack.set_config("ward", automation.ConfigValue("three"))
    stack.set_all_config({"aws:region": automation.ConfigValue("cn-north-1")})
    stack.refresh(on_output=print)
    result = stack.up(on_output=print)
    print(f"{result.outputs['ward'].value}: {result.summary.resource_changes}")
