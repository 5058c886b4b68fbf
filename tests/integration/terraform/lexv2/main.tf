variable "text" {}
resource "aws_iam_role" "r" {
  name               = "tf-lex"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lexv2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_lexv2models_bot" "b" {
  name                        = "tf-bot"
  description                 = var.text
  role_arn                    = aws_iam_role.r.arn
  idle_session_ttl_in_seconds = 120
  data_privacy { child_directed = false }
  tags = { team = "a" }
}
resource "aws_lexv2models_bot_locale" "l" {
  bot_id                           = aws_lexv2models_bot.b.id
  bot_version                      = "DRAFT"
  locale_id                        = "en_US"
  n_lu_intent_confidence_threshold = 0.7
  description                      = var.text
  voice_settings {
    voice_id = "Kendra"
    engine   = "standard"
  }
}
resource "aws_lexv2models_slot_type" "t" {
  bot_id      = aws_lexv2models_bot.b.id
  bot_version = "DRAFT"
  locale_id   = aws_lexv2models_bot_locale.l.locale_id
  name        = "Kinds"
  value_selection_setting {
    resolution_strategy = "OriginalValue"
  }
  slot_type_values {
    sample_value { value = "rose" }
  }
}
resource "aws_lexv2models_intent" "i" {
  bot_id      = aws_lexv2models_bot.b.id
  bot_version = "DRAFT"
  locale_id   = aws_lexv2models_bot_locale.l.locale_id
  name        = "Order"
  description = var.text
  sample_utterance { utterance = "order flowers" }
  fulfillment_code_hook { enabled = true }
}
resource "aws_lexv2models_slot" "s" {
  bot_id       = aws_lexv2models_bot.b.id
  bot_version  = "DRAFT"
  locale_id    = aws_lexv2models_bot_locale.l.locale_id
  intent_id    = aws_lexv2models_intent.i.intent_id
  name         = "Kind"
  slot_type_id = aws_lexv2models_slot_type.t.slot_type_id
  value_elicitation_setting {
    slot_constraint = "Optional"
  }
}
resource "aws_lexv2models_bot_version" "v" {
  bot_id               = aws_lexv2models_bot.b.id
  locale_specification = { (aws_lexv2models_bot_locale.l.locale_id) = { source_bot_version = "DRAFT" } }
  depends_on           = [aws_lexv2models_slot.s]
}
