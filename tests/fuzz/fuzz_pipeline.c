/* Definitions of pipelines: whatever comes is read or refused with a sentence; what is read, its expressions and conditions are
 * evaluated against outputs and files that are there or not. */
#include <assert.h>

#include "services/sagemaker/pipeline_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const cJSON *outputs;

static const cJSON *outputs_of(void *data, unsigned step)
{
    return step % 2 ? NULL : outputs;
}

static const cJSON *file_of(void *data, struct str uri, const char **reterr_why)
{
    *reterr_why = uri.length % 3 == 1 ? "no such file" : NULL;
    return uri.length % 3 ? NULL : outputs;
}

static void evaluate(struct arena *arena, const struct pipeline_definition *definition)
{
    for (unsigned i = 0; i < definition->step_count; i++) {
        bool hold;
        struct buf text = BUF_EMPTY;
        const struct pipeline_step *step = &definition->steps[i];
        struct pipeline_scope scope = {
            .arena = arena, .definition = definition, .pipeline_name = STR("p"), .outputs = outputs_of, .file = file_of
        };
        if (step->kind->way == STEP_CONDITION)
            pipeline_conditions_hold(&scope, json_get(step->arguments, "Conditions"), &hold);
        else if (step->arguments && pipeline_resolve(&scope, NULL, step->arguments, &text) == RESOLVED)
            assert(json_parse_in(arena, buf_str(&text), NULL));
        buf_release(&text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *why = NULL;
    struct arena *arena = arena_new();
    outputs = json_parse_in(
        arena, STR("{\"A\":[{\"XName\":\"a\",\"B\":{\"C\":1.5}}],\"D\":\"text\",\"OutputParameters\":{\"x\":\"1\"}}"),
        NULL);
    struct pipeline_definition *definition = pipeline_definition_read(arena, (struct str){ (const char *)bytes, size },
                                                                      &why);
    assert(definition ? !why : why && str_starts(str_of(why), STR("Unable to parse pipeline definition. ")));
    if (definition)
        evaluate(arena, definition);
    arena_free(arena);
    return 0;
}
