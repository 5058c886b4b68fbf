#include <stdio.h>

#include "base/buf.h"
#include "base/file.h"
#include "services/lexv2/nlu/when.h"

#define DAY_MS    ((int64_t)86400000)
#define MOST_ZONE 64
#define MOST_FILE (64 * 1024)

/* The machine's own tables of time zones (RFC 8536); none, or none of that name: UTC. */
static const char folder[] = "/usr/share/zoneinfo/";

static int64_t big_endian(const char *at, size_t bytes)
{
    uint64_t value = (at[0] & 0x80) ? ~(uint64_t)0 : 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | (unsigned char)at[i];
    return (int64_t)value;
}

static bool is_name(struct str zone)
{
    if (zone.length == 0 || zone.length > MOST_ZONE || zone.at[0] == '/')
        return false;
    for (size_t i = 0; i < zone.length; i++) {
        char c = zone.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("_+-/", c);
        if (!plain || c == '\0')
            return false;
    }
    return true;
}

struct tables {
    size_t times, types;
    const char *at;
};

/* The second block, with times of eight bytes, behind the first, which is skipped. */
static bool find_tables(struct str file, struct tables *ret_tables)
{
    size_t start = 0;
    for (int block = 0; block < 2; block++) {
        if (file.length < start + 44 || memcmp(file.at + start, "TZif", 4) != 0)
            return false;
        const char *counts = file.at + start + 20;
        size_t n[6], bytes = block ? 8 : 4;
        for (int i = 0; i < 6; i++) {
            int64_t count = big_endian(counts + 4 * i, 4);
            if (count < 0 || count > 100000)
                return false;
            n[i] = (size_t)count;
        }
        size_t size = n[3] * (bytes + 1) + n[4] * 6 + n[5] + n[2] * (bytes + 4) + n[1] + n[0];
        if (file.length < start + 44 + size)
            return false;
        *ret_tables = (struct tables){ n[3], n[4], file.at + start + 44 };
        start += 44 + size;
    }
    return true;
}

static int64_t offset_at(const struct tables *tables, int64_t seconds)
{
    size_t type = 0;
    for (size_t i = 0; i < tables->times && big_endian(tables->at + 8 * i, 8) <= seconds; i++)
        type = (unsigned char)tables->at[8 * tables->times + i];
    return type < tables->types ? big_endian(tables->at + 9 * tables->times + 6 * type, 4) : 0;
}

/* Rules for what is beyond the tables (the text behind them) are not read: today's tables reach to 2037. */
static int64_t read_offset(struct str zone, int64_t seconds)
{
    char path[sizeof folder + MOST_ZONE];
    struct buf file = BUF_EMPTY;
    struct tables tables;
    snprintf(path, sizeof path, "%s%.*s", folder, STR_ARG(zone));
    const char *why = file_read(path, MOST_FILE, &file);
    int64_t offset = !why && find_tables(buf_str(&file), &tables) ? offset_at(&tables, seconds) : 0;
    buf_release(&file);
    return offset;
}

int64_t nlu_today(int64_t now_ms, struct str zone)
{
    int64_t ms = now_ms + (is_name(zone) ? read_offset(zone, now_ms / 1000) * 1000 : 0);
    return (ms >= 0 ? ms : ms - DAY_MS + 1) / DAY_MS;
}
