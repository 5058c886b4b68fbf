#include "services/s3/key.h"

#include <ctype.h>

#define END_OF_KEY '\1'
#define ESCAPE     '\2'

/* ---- buckets ---- */

static bool is_small_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool looks_like_ip(struct str name)
{
    size_t dots = 0;
    for (size_t i = 0; i < name.length; i++) {
        if (name.at[i] != '.' && !isdigit((unsigned char)name.at[i]))
            return false;
        dots += name.at[i] == '.';
    }
    return dots == 3;
}

static bool is_reserved(struct str name)
{
    return str_starts(name, STR("xn--")) || str_starts(name, STR("sthree-")) ||
           str_starts(name, STR("amzn-s3-demo-")) || str_ends(name, STR("-s3alias")) ||
           str_ends(name, STR("--ol-s3")) || str_ends(name, STR(".mrap")) || str_ends(name, STR("--x-s3")) ||
           str_ends(name, STR("--table-s3"));
}

bool bucket_name_is_good(struct str name)
{
    if (name.length < 3 || name.length > 63 || looks_like_ip(name) || is_reserved(name))
        return false;
    if (!is_small_or_digit(name.at[0]) || !is_small_or_digit(name.at[name.length - 1]))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.at[i];
        if (!is_small_or_digit(c) && c != '-' && (c != '.' || name.at[i - 1] == '.'))
            return false;
    }
    return true;
}

/* ---- objects ---- */

static char *put(char *to, struct str text)
{
    memcpy(to, text.at, text.length);
    return to + text.length;
}

static char *put_escaped(char *to, struct str key)
{
    for (size_t i = 0; i < key.length; i++) {
        if (key.at[i] == END_OF_KEY || key.at[i] == ESCAPE)
            *to++ = ESCAPE;
        *to++ = key.at[i];
    }
    return to;
}

static struct str make(struct arena *arena, struct str bucket, struct str key, struct str behind)
{
    char *at = arena_room(arena, bucket.length + 2 * key.length + behind.length + 2), *to = put(at, bucket);
    *to++ = '/';
    to = put_escaped(to, key);
    if (behind.length)
        to = put(to, behind);
    *to = '\0';
    return (struct str){ at, (size_t)(to - at) };
}

struct str key_place(struct arena *arena, struct str bucket, struct str prefix)
{
    return make(arena, bucket, prefix, STR_NONE);
}

struct str key_versions(struct arena *arena, struct str bucket, struct str key)
{
    return make(arena, bucket, key, STR("\1"));
}

struct str key_behind(struct arena *arena, struct str bucket, struct str key)
{
    return make(arena, bucket, key, STR("\2"));
}

/* No UTF-8 has this byte. */
struct str key_behind_prefix(struct arena *arena, struct str bucket, struct str prefix)
{
    return make(arena, bucket, prefix, STR("\xff"));
}

struct str key_row(struct arena *arena, struct str bucket, struct str key, struct str age)
{
    char behind[1 + AGE_DIGITS] = { END_OF_KEY };
    memcpy(behind + 1, age.at, AGE_DIGITS);
    return make(arena, bucket, key, (struct str){ behind, sizeof behind });
}

struct str key_of_row(struct arena *arena, struct str row_key, struct str *ret_age)
{
    struct str key;
    str_cut(row_key, '/', &key);
    *ret_age = arena_str(arena, str_from(key, key.length - AGE_DIGITS));
    key = str_first(key, key.length - AGE_DIGITS - 1);
    char *at = arena_room(arena, key.length + 1), *to = at;
    for (size_t i = 0; i < key.length; i++) {
        if (key.at[i] == ESCAPE)
            i++;
        *to++ = key.at[i];
    }
    *to = '\0';
    return (struct str){ at, (size_t)(to - at) };
}
