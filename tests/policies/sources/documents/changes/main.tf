# What plan_of_changes.json was planned from, by terraform 1.11.4 with hashicorp/aws 5.100.0 before an AWS emulator (moto), after
# a state in which the two buckets and the table had another name or key, the bucket moved_to was called moved_from, and a
# bucket `kept`, a bucket `gone` and a key `gone` were there. As terraform shows it, without planned_values, on one line.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                  = "cn-north-1"
  allowed_account_ids     = ["123456789012"]
  s3_use_path_style       = true
  skip_metadata_api_check = true
  skip_region_validation  = true
  default_tags { tags = { "hospital-cloud:data-class" = "4", "hospital-cloud:record-kind" = "inpatient" } }
}
variable "renamed" { default = "tjemc-new" }
resource "aws_kms_key" "k" { enable_key_rotation = true }
resource "aws_s3_bucket" "renamed" { bucket = var.renamed }
resource "aws_s3_bucket" "moved_to" { bucket = "tjemc-moved" }
resource "aws_s3_bucket" "public" {
  bucket = "tjemc-public2"
  tags   = { "hospital-cloud:data-class" = "1" }
}
resource "aws_dynamodb_table" "t" {
  name         = "visits"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "person"
  attribute {
    name = "person"
    type = "S"
  }
}
resource "aws_sqs_queue" "q" {
  name          = "q"
  delay_seconds = 5
}
moved {
  from = aws_s3_bucket.moved_from
  to   = aws_s3_bucket.moved_to
}
removed {
  from = aws_s3_bucket.kept
  lifecycle { destroy = false }
}
check "health" {
  assert {
    condition     = aws_sqs_queue.q.arn != ""
    error_message = "no"
  }
}
resource "terraform_data" "x" { input = "y" }
output "k" {
  value     = aws_kms_key.k.arn
  sensitive = true
}

