/* base64 and URLs. */
#include <stdlib.h>

#include "services/stepfunctions/jsonata/function.h"

/* Each UTF-16 unit counts as one byte, its lower half, as the reference has it. */
static struct value function_base64_encode(struct application *application)
{
    struct run *run = application->run;
    struct value value = application->args[0];
    struct text bytes = { .run = run };
    if (!value_is_defined(value))
        return value;
    struct str text = value_text(value);
    for (size_t at = 0, length; at < text.length; at += length) {
        length = character_length(text.at + at, text.length - at);
        uint32_t code = character_at(text.at + at, length);
        if (code >= 0x10000)
            text_add_byte(&bytes, (char)((0xD800 + ((code - 0x10000) >> 10)) & 0xFF));
        text_add_byte(&bytes, (char)(code & 0xFF));
    }
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct text out = { .run = run };
    for (size_t at = 0; at < bytes.length; at += 3) {
        size_t count = bytes.length - at < 3 ? bytes.length - at : 3;
        uint32_t group = 0;
        for (size_t i = 0; i < 3; i++)
            group = group << 8 | (i < count ? (unsigned char)bytes.at[at + i] : 0);
        for (size_t i = 0; i < 4; i++)
            text_add_byte(&out, i <= count ? letters[group >> (18 - 6 * i) & 63] : '=');
    }
    return text_value(&out);
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static struct value function_base64_decode(struct application *application)
{
    struct value value = application->args[0];
    struct text out = { .run = application->run };
    uint32_t bits = 0, count = 0;
    if (!value_is_defined(value))
        return value;
    for (uint32_t i = 0; i < value.length && value.text[i] != '='; i++) {
        int digit = base64_digit(value.text[i]);
        if (digit < 0)
            continue;
        bits = bits << 6 | (uint32_t)digit;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        text_add_code_point(&out, bits >> count & 0xFF);
    }
    return text_value(&out);
}

/* ---- URLs ---- */

static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
static const char reserved[] = ";/?:@&=+$,#";

static _Noreturn void malformed(struct application *application)
{
    run_fail(
        application->run,
        (struct fault){ .code = "D3140", .value = application->args[0], .text = str_of(application->builtin->name) });
}

static struct value encode(struct application *application, const char *also)
{
    struct value value = application->args[0];
    struct text out = { .run = application->run };
    if (!value_is_defined(value))
        return value;
    if (!str_is_utf8(value_text(value)))
        malformed(application);
    for (uint32_t i = 0; i < value.length; i++) {
        char c = value.text[i];
        if (c && (strchr(unreserved, c) || strchr(also, c))) {
            text_add_byte(&out, c);
            continue;
        }
        const char *hex = "0123456789ABCDEF";
        char escape[3] = { '%', hex[(unsigned char)c >> 4], hex[(unsigned char)c & 15] };
        text_add(&out, (struct str){ escape, 3 });
    }
    return text_value(&out);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* What an escape of `kept` stands for is left escaped. */
static struct value decode(struct application *application, const char *kept)
{
    struct value value = application->args[0];
    struct text out = { .run = application->run };
    if (!value_is_defined(value))
        return value;
    for (uint32_t i = 0; i < value.length; i++) {
        if (value.text[i] != '%') {
            text_add_byte(&out, value.text[i]);
            continue;
        }
        int high = i + 2 < value.length ? hex_digit(value.text[i + 1]) : -1;
        int low = i + 2 < value.length ? hex_digit(value.text[i + 2]) : -1;
        if (high < 0 || low < 0)
            malformed(application);
        char c = (char)(high << 4 | low);
        if (c && strchr(kept, c))
            text_add(&out, (struct str){ value.text + i, 3 });
        else
            text_add_byte(&out, c);
        i += 2;
    }
    if (!str_is_utf8(value_text(text_value(&out))))
        malformed(application);
    return text_value(&out);
}

static struct value function_encode_url_component(struct application *application)
{
    return encode(application, "");
}

static struct value function_encode_url(struct application *application)
{
    return encode(application, reserved);
}

static struct value function_decode_url_component(struct application *application)
{
    return decode(application, "");
}

static struct value function_decode_url(struct application *application)
{
    return decode(application, reserved);
}

struct builtin builtins_of_encoding[] = {
    { "base64encode", "<s-:s>", 1, false, function_base64_encode, NULL },
    { "base64decode", "<s-:s>", 1, false, function_base64_decode, NULL },
    { "encodeUrlComponent", "<s-:s>", 1, false, function_encode_url_component, NULL },
    { "encodeUrl", "<s-:s>", 1, false, function_encode_url, NULL },
    { "decodeUrlComponent", "<s-:s>", 1, false, function_decode_url_component, NULL },
    { "decodeUrl", "<s-:s>", 1, false, function_decode_url, NULL },
    { 0 },
};
