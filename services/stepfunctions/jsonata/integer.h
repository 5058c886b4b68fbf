/* Pictures of whole numbers, as $formatInteger and dates use them: "#,##0", "0001;o", "Ww", "i". */
#ifndef JSONATA_INTEGER_H
#define JSONATA_INTEGER_H

#include "services/stepfunctions/jsonata/run.h"

#define MOST_SEPARATORS 16

enum integer_kind { INTEGER_UNKNOWN, INTEGER_FIGURES, INTEGER_LETTERS, INTEGER_ROMAN, INTEGER_WORDS };
enum letter_case { CASE_LOWER, CASE_UPPER, CASE_TITLE };

struct separator {
    uint32_t position; /* digits to its right */
    uint32_t character;
};

struct integer_format {
    struct str picture;
    enum integer_kind kind;
    enum letter_case letters;
    bool ordinal;
    uint32_t zero; /* of the digits to use */
    uint32_t mandatory, optional;
    struct separator separators[MOST_SEPARATORS];
    uint32_t separator_count;
    uint32_t distance; /* separators stand at every such digit; 0: only where they are */
};

struct integer_format integer_format_parse(struct run *run, struct str picture);
/* D3130 for a picture of a sequence that nobody knows. */
void integer_format_print(struct text *out, const struct integer_format *format, double number);
/* How many bytes of `text` are a number in this format, its value in *ret_number; 0: none. `width` digits exactly, 0: any. */
size_t integer_format_read(const struct integer_format *format, struct str text, size_t width, double *ret_number);

uint32_t greatest_common_divisor(uint32_t a, uint32_t b);

#endif
