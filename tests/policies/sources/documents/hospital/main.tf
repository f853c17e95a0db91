# What plan_of_modules.json was planned from, by terraform 1.11.4 with hashicorp/aws 5.100.0 before an AWS emulator (moto):
#   terraform init && terraform plan -out=plan.bin && terraform show -json plan.bin
# without planned_values, on one line. The tests also read the places of these blocks.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "account" { default = "111122223333" }

locals {
  tags        = { "hospital-cloud:data-class" = "4", "hospital-cloud:record-kind" = "inpatient" }
  departments = toset(["imaging", "lab"])
}

provider "aws" {
  region              = "cn-north-1"
  allowed_account_ids = [var.account]
  assume_role { role_arn = "arn:aws-cn:iam::${var.account}:role/deployer" }
  default_tags { tags = local.tags }
}

provider "aws" {
  alias               = "ningxia"
  region              = local.partner
  allowed_account_ids = [var.account]
  assume_role { role_arn = "arn:aws-cn:iam::${var.account}:role/deployer" }
  default_tags { tags = local.tags }
}

locals { partner = "cn-northwest-1" }

data "aws_region" "partner" { provider = aws.ningxia }

resource "aws_kms_key" "main" {
  enable_key_rotation = true
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [description, policy]
  }
}

module "records" {
  source   = "./modules/records"
  for_each = local.departments
  name     = "tjemc-${each.key}"
  key_arn  = aws_kms_key.main.arn
}

module "partner" {
  source    = "./modules/records"
  for_each  = local.departments
  providers = { aws = aws.ningxia }
  name      = "tjemc-${each.key}-partner"
  key_arn   = "arn:aws-cn:kms:cn-northwest-1:111122223333:key/11111111-2222-3333-4444-555555555555"
}

resource "aws_s3_bucket_replication_configuration" "records" {
  for_each = local.departments
  bucket   = module.records[each.key].id
  role     = aws_iam_role.replication.arn
  rule {
    id     = "partner"
    status = "Enabled"
    destination {
      bucket = module.partner[each.value].arn
      encryption_configuration { replica_kms_key_id = aws_kms_key.main.arn }
    }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "replication" {
  source_policy_documents = [data.aws_iam_policy_document.reading.json]
  statement {
    actions   = ["s3:ReplicateObject"]
    resources = [for bucket in module.partner : "${bucket.arn}/*"]
  }
}

data "aws_iam_policy_document" "reading" {
  statement {
    actions   = ["s3:GetObjectVersionForReplication"]
    resources = ["${module.records["lab"].arn}/*"]
  }
}

resource "aws_iam_role" "replication" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "replication" {
  role   = aws_iam_role.replication.id
  policy = data.aws_iam_policy_document.replication.json
}

resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.${count.index}.0/24"
  availability_zone = "cn-north-1${["a", "b"][count.index]}"
}

resource "aws_route_table" "private" {
  count  = 2
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "private" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

resource "aws_db_subnet_group" "main" { subnet_ids = aws_subnet.private[*].id }

resource "aws_db_instance" "main" {
  instance_class       = "db.t3.medium"
  engine               = "postgres"
  allocated_storage    = 20
  username             = "owner"
  password             = "hush-hush-1"
  db_subnet_group_name = aws_db_subnet_group.main.name
  kms_key_id           = var.key
}

variable "key" {
  type    = string
  default = null
}

resource "aws_backup_vault" "main" { name = "main" }

resource "aws_backup_plan" "main" {
  name = "main"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.main.name
    schedule          = "cron(0 18 * * ? *)"
    dynamic "copy_action" {
      for_each = [aws_backup_vault.main.arn]
      content { destination_vault_arn = copy_action.value }
    }
  }
}
