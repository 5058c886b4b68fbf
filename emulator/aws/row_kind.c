#include "aws/row_kind.h"

#include <stdio.h>

#include "aws/model.h"
#include "world/store.h"

void row_kind_of(const struct service *service, const struct table_def *table, char ret_kind[ROW_KIND_ROOM])
{
    const char *dot = strchr(table->name, '.'), *from = dot ? dot + 1 : table->name;
    size_t at = (size_t)snprintf(ret_kind, ROW_KIND_ROOM, "%s:", service->model->iam_prefix);
    bool begins = true;
    for (; *from && at + 1 < ROW_KIND_ROOM; from++) {
        bool parts = *from == '_' || *from == '-' || *from == '.';
        if (!parts)
            ret_kind[at++] = begins && *from >= 'a' && *from <= 'z' ? (char)(*from - 32) : *from;
        begins = parts;
    }
    ret_kind[at] = '\0';
}
