terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "cn-north-1"
  allowed_account_ids         = ["123456789012"]
  skip_credentials_validation = true
  skip_region_validation      = true
  skip_metadata_api_check     = "true"
}

variable "log_level" {
  default = "INFO"
}

variable "token" {
  default = "tok-123456"
}

variable "password" {
  default   = "Winter2026!"
  sensitive = true
}

locals {
  common = { LOG_LEVEL = var.log_level, STAGE = "live" } # not in a plan
  old    = { DB_PASSWORD = "Winter2026!" }
  prefix = "lab"
}

resource "aws_sqs_queue" "orders" {
  name = "${local.prefix}-orders"
}

resource "aws_secretsmanager_secret" "db" {
  name = "orders/db"
}

resource "aws_lambda_function" "settings" {
  for_each = {
    good      = merge(local.common, { QUEUE_URL = aws_sqs_queue.orders.url, DB_SECRET = aws_secretsmanager_secret.db.arn })
    literal   = { QUEUE_URL = aws_sqs_queue.orders.url, DB_PASSWORD = "Winter2026!" }
    local     = merge(local.old, { QUEUE_URL = aws_sqs_queue.orders.url })
    variable  = { QUEUE_URL = aws_sqs_queue.orders.url, API_TOKEN = var.token }
    sensitive = { QUEUE_URL = aws_sqs_queue.orders.url, DB_PASSWORD = var.password }
    either    = { QUEUE_URL = aws_sqs_queue.orders.url, DB_PASSWORD = var.log_level == "INFO" ? aws_sqs_queue.orders.url : "Winter2026!" }
  }
  function_name = nonsensitive(each.key)
  role          = "arn:aws-cn:iam::123456789012:role/fn"
  runtime       = "python3.12"
  handler       = "main.handler"
  filename      = "fn.zip"
  environment {
    variables = each.value
  }
}

resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = jsonencode([{
    name        = "app"
    image       = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app@sha256:0123"
    environment = [{ name = "QUEUE", value = "${aws_sqs_queue.orders.url}?a=${var.log_level}" }]
    secrets     = [{ name = "DB_PASSWORD", valueFrom = aws_secretsmanager_secret.db.arn }]
  }])
}

module "store" {
  for_each = toset(["images", "letters"])
  source   = "./store"
  name     = "${local.prefix}-${each.key}"
  readers  = [aws_sqs_queue.orders.arn]
}
