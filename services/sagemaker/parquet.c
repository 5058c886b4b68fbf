#include "services/sagemaker/parquet.h"

#include <stdlib.h>

#include "base/arena.h"

/* ---- Thrift's compact protocol, as far as the format's structures want it ---- */

enum thrift { THRIFT_I32 = 5, THRIFT_I64 = 6, THRIFT_BINARY = 8, THRIFT_LIST = 9, THRIFT_STRUCT = 12 };

static void add_varint(struct buf *buf, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        buf_add_byte(buf, (char)(value | 0x80));
    buf_add_byte(buf, (char)value);
}

static void add_zigzag(struct buf *buf, int64_t value)
{
    add_varint(buf, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63));
}

/* Fields come in the order of their ids, of which none is further than 15 from the one before. */
static void begin_field(struct buf *buf, int *last, int id, enum thrift type)
{
    buf_add_byte(buf, (char)((id - *last) << 4 | (int)type));
    *last = id;
}

static void add_int(struct buf *buf, int *last, int id, enum thrift type, int64_t value)
{
    begin_field(buf, last, id, type);
    add_zigzag(buf, value);
}

static void add_text(struct buf *buf, struct str text)
{
    add_varint(buf, text.length);
    buf_add_str(buf, text);
}

static void begin_list(struct buf *buf, int *last, int id, enum thrift type, size_t count)
{
    begin_field(buf, last, id, THRIFT_LIST);
    if (count < 15) {
        buf_add_byte(buf, (char)(count << 4 | (size_t)type));
        return;
    }
    buf_add_byte(buf, (char)(0xf0 | (int)type));
    add_varint(buf, count);
}

static void end_struct(struct buf *buf)
{
    buf_add_byte(buf, 0);
}

/* ---- the format's numbers ---- */

enum { PLAIN = 0, RLE = 3, UNCOMPRESSED = 0, OPTIONAL = 1, DATA_PAGE = 0 };
enum { CONVERTED_UTF8 = 0, CONVERTED_TIMESTAMP_MILLIS = 9 };
static const int physical[] = {
    [PARQUET_BOOLEAN] = 0, [PARQUET_INT64] = 2, [PARQUET_TIMESTAMP] = 2, [PARQUET_DOUBLE] = 5, [PARQUET_TEXT] = 6
};

static void add_little(struct buf *buf, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_add_byte(buf, (char)(value >> (8 * i)));
}

/* ---- pages ---- */

/* Bits, eight a byte, the first lowest. */
static void add_bits(struct buf *buf, const struct parquet_value *values, size_t rows, bool levels)
{
    unsigned byte = 0, filled = 0;
    for (size_t i = 0; i < rows; i++) {
        if (!levels && !values[i].present)
            continue;
        byte |= (unsigned)(levels ? values[i].present : values[i].as.truth) << filled;
        if (++filled < 8)
            continue;
        buf_add_byte(buf, (char)byte);
        byte = filled = 0;
    }
    if (filled)
        buf_add_byte(buf, (char)byte);
}

/* Which values are there: one bit-packed run. */
static void add_levels(struct buf *page, const struct parquet_value *values, size_t rows)
{
    struct buf run = BUF_EMPTY;
    add_varint(&run, (rows + 7) / 8 << 1 | 1);
    add_bits(&run, values, rows, true);
    add_little(page, run.length, 4);
    buf_add_str(page, buf_str(&run));
    buf_release(&run);
}

static void add_value(struct buf *page, enum parquet_type type, const struct parquet_value *value)
{
    uint64_t bits;
    switch (type) {
    case PARQUET_DOUBLE:
        memcpy(&bits, &value->as.number, sizeof bits);
        add_little(page, bits, 8);
        break;
    case PARQUET_TEXT:
        add_little(page, value->as.text.length, 4);
        buf_add_str(page, value->as.text);
        break;
    default:
        add_little(page, (uint64_t)value->as.integer, 8);
    }
}

static void add_page(struct buf *file, const struct parquet_column *column, size_t rows)
{
    int last = 0, inner = 0;
    struct buf page = BUF_EMPTY;
    add_levels(&page, column->values, rows);
    if (column->type == PARQUET_BOOLEAN)
        add_bits(&page, column->values, rows, false);
    for (size_t i = 0; i < rows && column->type != PARQUET_BOOLEAN; i++) {
        if (column->values[i].present)
            add_value(&page, column->type, &column->values[i]);
    }
    add_int(file, &last, 1, THRIFT_I32, DATA_PAGE);
    add_int(file, &last, 2, THRIFT_I32, (int64_t)page.length);
    add_int(file, &last, 3, THRIFT_I32, (int64_t)page.length);
    begin_field(file, &last, 5, THRIFT_STRUCT);
    add_int(file, &inner, 1, THRIFT_I32, (int64_t)rows);
    add_int(file, &inner, 2, THRIFT_I32, PLAIN);
    add_int(file, &inner, 3, THRIFT_I32, RLE);
    add_int(file, &inner, 4, THRIFT_I32, RLE);
    end_struct(file);
    end_struct(file);
    buf_add_str(file, buf_str(&page));
    buf_release(&page);
}

/* ---- the footer ---- */

static void add_schema(struct buf *footer, int *last, const struct parquet_column *columns, size_t count)
{
    int inner = 0;
    begin_list(footer, last, 2, THRIFT_STRUCT, count + 1);
    begin_field(footer, &inner, 4, THRIFT_BINARY);
    add_text(footer, STR("schema"));
    add_int(footer, &inner, 5, THRIFT_I32, (int64_t)count);
    end_struct(footer);
    for (size_t i = 0; i < count; i++) {
        inner = 0;
        add_int(footer, &inner, 1, THRIFT_I32, physical[columns[i].type]);
        add_int(footer, &inner, 3, THRIFT_I32, OPTIONAL);
        begin_field(footer, &inner, 4, THRIFT_BINARY);
        add_text(footer, str_of(columns[i].name));
        if (columns[i].type == PARQUET_TEXT)
            add_int(footer, &inner, 6, THRIFT_I32, CONVERTED_UTF8);
        if (columns[i].type == PARQUET_TIMESTAMP)
            add_int(footer, &inner, 6, THRIFT_I32, CONVERTED_TIMESTAMP_MILLIS);
        end_struct(footer);
    }
}

static void add_chunk(struct buf *footer, const struct parquet_column *column, size_t rows, size_t from, size_t until)
{
    int last = 0, inner = 0;
    add_int(footer, &last, 2, THRIFT_I64, (int64_t)from);
    begin_field(footer, &last, 3, THRIFT_STRUCT);
    add_int(footer, &inner, 1, THRIFT_I32, physical[column->type]);
    begin_list(footer, &inner, 2, THRIFT_I32, 2);
    add_zigzag(footer, PLAIN);
    add_zigzag(footer, RLE);
    begin_list(footer, &inner, 3, THRIFT_BINARY, 1);
    add_text(footer, str_of(column->name));
    add_int(footer, &inner, 4, THRIFT_I32, UNCOMPRESSED);
    add_int(footer, &inner, 5, THRIFT_I64, (int64_t)rows);
    add_int(footer, &inner, 6, THRIFT_I64, (int64_t)(until - from));
    add_int(footer, &inner, 7, THRIFT_I64, (int64_t)(until - from));
    add_int(footer, &inner, 9, THRIFT_I64, (int64_t)from);
    end_struct(footer);
    end_struct(footer);
}

void parquet_write(struct buf *file, const struct parquet_column *columns, size_t count, size_t rows)
{
    struct buf footer = BUF_EMPTY;
    size_t *places = memory_alloc((count + 1) * sizeof *places);
    int last = 0, inner = 0;
    buf_add_text(file, "PAR1");
    for (size_t i = 0; i < count; i++) {
        places[i] = file->length;
        add_page(file, &columns[i], rows);
    }
    places[count] = file->length;
    add_int(&footer, &last, 1, THRIFT_I32, 1);
    add_schema(&footer, &last, columns, count);
    add_int(&footer, &last, 3, THRIFT_I64, (int64_t)rows);
    begin_list(&footer, &last, 4, THRIFT_STRUCT, 1);
    begin_list(&footer, &inner, 1, THRIFT_STRUCT, count);
    for (size_t i = 0; i < count; i++)
        add_chunk(&footer, &columns[i], rows, places[i], places[i + 1]);
    add_int(&footer, &inner, 2, THRIFT_I64, (int64_t)(places[count] - places[0]));
    add_int(&footer, &inner, 3, THRIFT_I64, (int64_t)rows);
    end_struct(&footer);
    begin_field(&footer, &last, 6, THRIFT_BINARY);
    add_text(&footer, STR("rehearse"));
    end_struct(&footer);
    add_little(&footer, footer.length, 4);
    buf_add_str(file, buf_str(&footer));
    buf_add_text(file, "PAR1");
    buf_release(&footer);
    free(places);
}
