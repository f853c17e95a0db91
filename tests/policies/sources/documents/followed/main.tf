terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "cn-north-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = "true"
}

variable "stage" {
  type    = string
  default = "live"
}

variable "notify" {
  type    = list(string)
  default = []
}

locals {
  policies = {
    loop = jsonencode({ Version = "2012-10-17", Statement = [{
      Effect = "Allow", Action = ["dynamodb:GetItem"], Resource = [for t in aws_dynamodb_table.visits : t.arn]
    }] })
    loop_all = jsonencode({ Version = "2012-10-17", Statement = [for name, t in aws_dynamodb_table.visits : {
      Effect = "Allow", Action = name == "wards" ? "*" : "dynamodb:GetItem", Resource = t.arn
    }] })
    choice     = var.stage == "live" && length(var.notify) == 0 ? local.narrow : local.wide
    choice_all = var.stage != "live" || length(var.notify) > 0 ? local.narrow : local.wide
    unclear    = aws_sqs_queue.orders.url == "x" ? local.narrow : local.wide
    file       = templatefile("${path.module}/policy.json.tftpl", { action = "sqs:SendMessage", queue = aws_sqs_queue.orders.arn })
    file_all   = templatefile("${path.module}/policy.json.tftpl", { action = "*", queue = aws_sqs_queue.orders.arn })
    splat = jsonencode({ Version = "2012-10-17", Statement = [{
      Effect = "Allow", Action = ["ec2:CreateNetworkInterface"], Resource = aws_subnet.private[*].arn
    }] })
  }
  narrow = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.orders.arn }] })
  wide   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = [aws_sqs_queue.orders.arn, "*"] }] })
}

resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_dynamodb_table" "visits" {
  for_each     = { wards = "Ward", beds = "Bed" }
  name         = each.key
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = each.value
  attribute {
    name = each.value
    type = "S"
  }
}

resource "aws_iam_role_policy" "worker" {
  for_each = { for name in ["loop", "loop_all", "choice", "choice_all", "unclear", "file", "file_all", "splat"] : name => name }
  name     = each.key
  role     = "worker"
  policy   = local.policies[each.key]
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  availability_zone = ["cn-north-1a", "cn-north-1b"][count.index]
  cidr_block        = cidrsubnet("10.0.0.0/16", 4, count.index)
}

resource "aws_eks_cluster" "emr" {
  name     = "emr"
  role_arn = "arn:aws-cn:iam::111122223333:role/cluster"
  vpc_config {
    subnet_ids = aws_subnet.private[*].id
  }
}
