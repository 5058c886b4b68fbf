// What a small application is made of, by Terraform: bucket, objects, role, policies, function, log groups, state machine. It works
// once applied, is changed, planned without a difference, destroyed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { client, until } from './emulator.mjs';
import { provider, skip, unchanged, workspace } from './terraform.mjs';
import { zip } from './zip.mjs';

const code = zip({ 'app.py': 'def handler(event, context):\n    return event\n' });
const configuration = (endpoint) => `${provider(endpoint, 's3', 'iam', 'sts', 'lambda', 'logs', 'sfn')}
variable "colour" { default = "red" }
variable "days" { default = 7 }
resource "aws_s3_bucket" "data" {
  bucket        = "stack-data"
  force_destroy = true
}
resource "aws_s3_object" "rows" {
  for_each = toset(["a.csv", "b.csv"])
  bucket   = aws_s3_bucket.data.id
  key      = "rows/\${each.key}"
  content  = "x,y\\n1,\${var.colour}\\n"
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
  tags                 = { colour = var.colour }
}
resource "aws_iam_policy" "data" {
  name   = "read-data"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "\${aws_s3_bucket.data.arn}/*",
    Condition = { StringLike = { "s3:ExistingObjectTag/colour" = var.colour } } }] })
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
  name   = "machine"
  role   = aws_iam_role.worker.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "lambda:InvokeFunction", Resource = "\${aws_lambda_function.worker.arn}*" },
    { Effect = "Allow", Action = ["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery"], Resource = "*" }] })
}
resource "aws_cloudwatch_log_group" "worker" {
  name              = "/aws/lambda/worker"
  retention_in_days = var.days
}
resource "aws_cloudwatch_log_group" "machine" {
  name              = "/aws/vendedlogs/states/flow"
  retention_in_days = var.days
  tags              = { colour = var.colour }
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
  environment { variables = { COLOUR = var.colour } }
  tags       = { colour = var.colour }
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
  definition = jsonencode({ StartAt = "Colour", States = { Colour = { Type = "Pass", Result = var.colour, End = true } } })
  logging_configuration {
    log_destination        = "\${aws_cloudwatch_log_group.machine.arn}:*"
    include_execution_data = true
    level                  = "ALL"
  }
  tags       = { colour = var.colour }
  depends_on = [aws_iam_role_policy.machine]
}
output "flow" { value = aws_sfn_state_machine.flow.arn }
`;

async function works(emulator, colour) {
    const { Code } = await new LambdaClient(client(emulator)).send(new GetFunctionCommand({ FunctionName: 'worker', Qualifier: 'live' }));
    assert.deepEqual(Buffer.from(await (await fetch(Code.Location)).arrayBuffer()), code);
    await new SFNClient(client(emulator)).send(new StartExecutionCommand({ stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:flow' }));
    const logs = new CloudWatchLogsClient(client(emulator));
    const ended = { logGroupName: '/aws/vendedlogs/states/flow', filterPattern: `{ $.type = "ExecutionSucceeded" && $.details.output = "*${colour}*" }` };
    await until(async () => (await logs.send(new FilterLogEventsCommand(ended))).events.length === 1, { what: 'the log of an execution' });
}

test('Terraform makes, changes and destroys an application', { skip }, () => workspace(configuration, async ({ terraform, apply, emulator }) => {
    const changed = ['-var', 'colour=blue', '-var', 'days=14'];
    assert.match(await apply(), /14 added, 0 changed, 0 destroyed/);
    await unchanged(terraform);
    await works(emulator, 'red');
    assert.match(await apply(...changed), /0 added, 9 changed, 0 destroyed/);
    await unchanged(terraform, ...changed);
    await works(emulator, 'blue');
    assert.match((await terraform('destroy', '-auto-approve', ...changed)).stdout, /14 destroyed/);
}, { files: { 'code.zip': code } }));
