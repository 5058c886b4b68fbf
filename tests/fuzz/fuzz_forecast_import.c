/* The first byte chooses a schema, the rest is a file: in one piece or in two, the same becomes of it; what is refused says why, and
 * what is taken has a record a row. */
#include <stdlib.h>

#include "services/forecast/import_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct import_format format_of(uint8_t byte)
{
    return (struct import_format){ .attributes = { { "item_id", IMPORT_STRING, true },
                                                   { byte & 1 ? "location" : "timestamp",
                                                     byte & 1 ? IMPORT_GEOLOCATION : IMPORT_TIMESTAMP, false },
                                                   { byte & 1 ? "timestamp" : "demand",
                                                     byte & 1 ? IMPORT_TIMESTAMP : IMPORT_FLOAT, false },
                                                   { "count", IMPORT_INTEGER, false } },
                                   .count = byte & 2 ? 4 : 3,
                                   .days = !(byte & 4),
                                   .seconds = true,
                                   .postal_codes = byte & 8,
                                   .unique = byte & 16 };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct str text = { (const char *)data + 1, size - 1 };
    struct import whole = { .format = format_of(data[0]), .file = "f" },
                  cut = { .format = format_of(data[0]), .file = "f" };
    bool good = forecast_import_feed(&whole, text, true);
    bool also = forecast_import_feed(&cut, str_first(text, text.length / 2), false) &&
                forecast_import_feed(&cut, str_from(text, text.length / 2), true);
    must(good == also && str_equal(buf_str(&whole.why), buf_str(&cut.why)));
    must(good == !whole.why.length);
    if (good)
        must(whole.records.length == whole.rows * forecast_import_record_bytes(&whole.format) &&
             str_equal(buf_str(&whole.records), buf_str(&cut.records)));
    forecast_import_release(&whole);
    forecast_import_release(&cut);
    return 0;
}
