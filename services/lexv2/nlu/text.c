#include "services/lexv2/nlu/text.h"

/* ---- characters ---- */

static uint32_t lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F)
        return c + 0x50;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177))
        return c | 1;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
        return c + (c & 1);
    return c;
}

/* Full-width ASCII, spaces of all kinds, typographers' apostrophes and dashes. */
static uint32_t plain(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        return c - 0xFEE0;
    if (c == 0x3000 || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c < ' ')
        return ' ';
    if (c == 0x2018 || c == 0x2019)
        return '\'';
    if (c >= 0x2010 && c <= 0x2015)
        return '-';
    return c;
}

enum nlu_script nlu_script_of(uint32_t c)
{
    if (c == ' ')
        return SCRIPT_SPACE;
    if (c >= '0' && c <= '9')
        return SCRIPT_DIGIT;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0x2000 && !(c >= 0x1100 && c <= 0x11FF)))
        return SCRIPT_LETTER;
    if ((c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x1100 && c <= 0x11FF) || (c >= 0x3131 && c <= 0x318E))
        return SCRIPT_HANGUL;
    if ((c >= 0x3041 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || c == 0x3005 || (c >= 0x20000 && c <= 0x3FFFF))
        return SCRIPT_CJK;
    return SCRIPT_PUNCTUATION;
}

size_t nlu_next(struct str folded, size_t at)
{
    if (at >= folded.length)
        return folded.length;
    size_t length = utf8_length(folded.at + at, folded.length - at);
    return at + (length ? length : 1);
}

size_t nlu_previous(struct str folded, size_t at)
{
    if (at == 0)
        return 0;
    at--;
    while (at > 0 && ((unsigned char)folded.at[at] & 0xC0) == 0x80)
        at--;
    return at;
}

enum nlu_script nlu_script_at(struct str folded, size_t at)
{
    if (at >= folded.length)
        return SCRIPT_NONE;
    size_t length = utf8_length(folded.at + at, folded.length - at);
    return length ? nlu_script_of(utf8_decode(folded.at + at, length)) : SCRIPT_PUNCTUATION;
}

enum nlu_script nlu_script_before(struct str folded, size_t at)
{
    return at == 0 ? SCRIPT_NONE : nlu_script_at(folded, nlu_previous(folded, at));
}

/* ---- words ---- */

/* "10:30", "2026-12-01", "1,500": what stands between two digits holds them together. */
static bool joins_digits(struct str folded, size_t at)
{
    return at > 0 && nlu_script_before(folded, at) == SCRIPT_DIGIT && at + 1 < folded.length &&
           strchr("-:.,/", folded.at[at]) && nlu_script_at(folded, at + 1) == SCRIPT_DIGIT;
}

bool nlu_starts_word(struct str folded, size_t at)
{
    enum nlu_script here = nlu_script_at(folded, at), before = nlu_script_before(folded, at);
    if (here == SCRIPT_NONE || here == SCRIPT_SPACE)
        return false;
    if (before == SCRIPT_NONE || before == SCRIPT_SPACE)
        return true;
    if (before == SCRIPT_PUNCTUATION)
        return !joins_digits(folded, at - 1);
    if (here == SCRIPT_CJK || before == SCRIPT_CJK)
        return true;
    return here != before && here != SCRIPT_PUNCTUATION && (here == SCRIPT_HANGUL || before == SCRIPT_HANGUL);
}

/* What hangs on a Korean noun: particles, the copula, "about". */
static bool is_particle(struct str rest)
{
    static const char *const particles[] = {
        "에",   "을", "를",     "이",   "가",   "은",   "는", "로",   "으로", "와",   "과",   "랑",
        "하고", "도", "만",     "까지", "부터", "의",   "요", "예요", "인",   "입",   "라",   "고",
        "나",   "든", "쯤",     "정",   "짜리", "한테", "께", "점",   "행",   "이나", "당",   "씩",
        "밖",   "처", "이에요", "보다", "으",   "였으", "네", "님",   "데",   "거",   "에게", NULL,
    };
    for (const char *const *one = particles; *one; one++) {
        if (str_starts(rest, str_of(*one)))
            return true;
    }
    return false;
}

bool nlu_ends_word(struct str folded, size_t at)
{
    enum nlu_script here = nlu_script_at(folded, at), before = nlu_script_before(folded, at);
    if (here == SCRIPT_NONE || here == SCRIPT_SPACE)
        return true;
    if (here == SCRIPT_PUNCTUATION)
        return !joins_digits(folded, at);
    if (here == SCRIPT_CJK || before == SCRIPT_CJK || before == SCRIPT_PUNCTUATION)
        return true;
    if (here == SCRIPT_HANGUL)
        return before != SCRIPT_HANGUL || is_particle(str_from(folded, at));
    return before == SCRIPT_HANGUL;
}

/* ---- folding ---- */

struct folding {
    char *bytes;
    uint16_t *place;
    size_t length;
};

static void fold_one(struct folding *folding, uint32_t c, size_t place)
{
    if (c == ' ' && (folding->length == 0 || folding->bytes[folding->length - 1] == ' '))
        return;
    char bytes[4];
    size_t length = utf8_encode(c, bytes);
    for (size_t i = 0; i < length; i++) {
        folding->bytes[folding->length] = bytes[i];
        folding->place[folding->length++] = (uint16_t)place;
    }
}

struct nlu_text nlu_text_fold(struct arena *arena, struct str original)
{
    struct str text = str_first(original, NLU_MOST_BYTES);
    struct folding folding = { arena_room(arena, text.length + 1),
                               arena_room(arena, (text.length + 1) * sizeof(uint16_t)), 0 };
    for (size_t at = 0; at < text.length;) {
        size_t length = utf8_length(text.at + at, text.length - at);
        if (length)
            fold_one(&folding, lower(plain(utf8_decode(text.at + at, length))), at);
        at += length ? length : 1;
    }
    size_t end = text.length;
    if (folding.length && folding.bytes[folding.length - 1] == ' ')
        end = folding.place[--folding.length];
    folding.place[folding.length] = (uint16_t)end;
    folding.bytes[folding.length] = '\0';
    return (struct nlu_text){ text, { folding.bytes, folding.length }, folding.place };
}

struct str nlu_text_original(const struct nlu_text *text, size_t start, size_t end)
{
    size_t from = text->place[start], to = text->place[end];
    while (from < to && text->original.at[from] == ' ')
        from++;
    while (to > from && text->original.at[to - 1] == ' ')
        to--;
    return (struct str){ text->original.at + from, to - from };
}

struct str nlu_fold(struct arena *arena, struct str text)
{
    return nlu_text_fold(arena, text).folded;
}
