/* The first byte says CSV (c) or libsvm; what is read stands within its rows and columns. */
#include <assert.h>
#include <stdlib.h>

#include "services/sagemaker/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct table table = { 0 };
    if (!size)
        return 0;
    const struct table_reading reading = { .format = data[0] == 'c' ? TABLE_CSV : TABLE_LIBSVM,
                                           .has_label = data[0] & 1,
                                           .has_weight = data[0] == 'c' && size > 100,
                                           .file = "f" };
    /* an index of millions is good, but costs the fuzzer its memory */
    struct str text = { (const char *)data + 1, size - 1 };
    for (size_t i = 6; i < text.length; i++) {
        if (text.at[i] == ':' && text.at[i - 6] >= '0' && text.at[i - 6] <= '9')
            return 0;
    }
    if (table_read(&table, text, &reading) && table.rows) {
        volatile float last = table.columns ? table.cells[table.rows * table.columns - 1] : 0;
        (void)last;
    }
    table_release(&table);
    return 0;
}
