variable "text" {}
resource "aws_s3_bucket" "data" {
  bucket        = "stack-data"
  force_destroy = true
}
resource "aws_s3_object" "rows" {
  for_each = toset(["a.csv", "b.csv"])
  bucket   = aws_s3_bucket.data.id
  key      = "rows/${each.key}"
  content  = "x,y\n1,${var.text}\n"
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "states.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "worker" {
  name                 = "worker"
  path                 = "/stack/"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 7200
  tags                 = { text = var.text }
}
resource "aws_iam_policy" "data" {
  name = "read-data"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.data.arn}/*",
  Condition = { StringLike = { "s3:ExistingObjectTag/text" = var.text } } }] })
}
resource "aws_iam_role_policy_attachment" "data" {
  role       = aws_iam_role.worker.name
  policy_arn = aws_iam_policy.data.arn
}
resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.worker.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
resource "aws_iam_role_policy" "machine" {
  name = "machine"
  role = aws_iam_role.worker.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "${aws_lambda_function.worker.arn}*" },
  { Effect = "Allow", Action = ["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery"], Resource = "*" }] })
}
resource "aws_cloudwatch_log_group" "worker" {
  name              = "/aws/lambda/worker"
  retention_in_days = var.text == "one" ? 7 : 14
}
resource "aws_cloudwatch_log_group" "machine" {
  name              = "/aws/vendedlogs/states/flow"
  retention_in_days = var.text == "one" ? 7 : 14
  tags              = { text = var.text }
}
resource "aws_lambda_function" "worker" {
  function_name    = "worker"
  role             = aws_iam_role.worker.arn
  handler          = "app.handler"
  runtime          = "python3.12"
  filename         = "code.zip"
  source_code_hash = filebase64sha256("code.zip")
  timeout          = 9
  memory_size      = 256
  publish          = true
  environment { variables = { TEXT = var.text } }
  tags       = { text = var.text }
  depends_on = [aws_cloudwatch_log_group.worker]
}
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.worker.function_name
  function_version = aws_lambda_function.worker.version
}
resource "aws_lambda_permission" "bucket" {
  statement_id   = "bucket"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.worker.function_name
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.data.arn
  source_account = "000000000000"
}
resource "aws_sfn_state_machine" "flow" {
  name       = "flow"
  role_arn   = aws_iam_role.worker.arn
  type       = "EXPRESS"
  definition = jsonencode({ StartAt = "Text", States = { Text = { Type = "Pass", Result = var.text, End = true } } })
  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.machine.arn}:*"
    include_execution_data = true
    level                  = "ALL"
  }
  tags       = { text = var.text }
  depends_on = [aws_iam_role_policy.machine]
}
output "flow" { value = aws_sfn_state_machine.flow.arn }
