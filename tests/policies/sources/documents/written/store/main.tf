variable "name" {}

variable "readers" {
  type = list(string)
}

resource "aws_s3_bucket" "this" {
  for_each      = toset(["main", "logs"])
  bucket_prefix = "${var.name}-${each.key}-"
}

resource "aws_s3_bucket_policy" "this" {
  for_each = toset(["main", "logs"])
  bucket   = aws_s3_bucket.this[each.key].id
  policy   = data.aws_iam_policy_document.this[each.key].json
}

data "aws_iam_policy_document" "this" {
  for_each = { main = aws_s3_bucket.this["main"].arn, logs = aws_s3_bucket.this["logs"].arn }
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value, "${each.value}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_iam_policy" "read" {
  name = "${var.name}-read"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.this["main"].arn}/letters/*" },
      { Effect = "Allow", Action = "sqs:SendMessage", Resource = var.readers },
    ]
  })
}
