/* Archives of anybody: whatever is unpacked has a path that leads nowhere else. */
#include <assert.h>

#include "services/sagemaker/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct container container;
    const char *why;
    container_init(&container);
    archive_unpack((struct str){ (const char *)data, size }, "/x", &container, &why);
    for (struct list *link = container.input.next; link != &container.input; link = link->next)
        assert(container_path_is_fit(str_of(LIST_ITEM(link, struct container_file, link)->path)));
    container_release(&container);
    return 0;
}
