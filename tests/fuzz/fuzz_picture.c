#include "services/stepfunctions/picture/picture.h"

/* Any bytes for a definition: what is drawn is finite and stands within its picture. */

static void check(const struct picture *picture)
{
    const struct layout *layout = &picture->layout;
    for (size_t i = 0; i < layout->node_count; i++) {
        const struct layout_node *node = &layout->nodes[i];
        if (!(node->x >= -0.01 && node->y >= -0.01 && node->x + node->width <= layout->width + 0.01))
            __builtin_trap();
        for (size_t k = 0; k < picture->boxes[i].inner_count; k++)
            check(&picture->boxes[i].inner[k]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena *arena = arena_new();
    struct buf svg = BUF_EMPTY;
    const char *why;
    const struct picture *picture = picture_of(arena, (struct str){ (const char *)bytes, length }, &why);
    if (picture) {
        check(picture);
        picture_svg(picture, &svg);
        cJSON_Delete(picture_json(picture));
    } else if (!why) {
        __builtin_trap();
    }
    buf_release(&svg);
    arena_free(arena);
    return 0;
}
