#include "services/stepfunctions/handlers.h"

#include "services/stepfunctions/asl/machine.h"

/* The default, the most, and what 0 stands for, says the API reference of maxResults. */
#define RESULTS_MOST 100

static cJSON *diagnostic_item(const struct diagnostic *diagnostic)
{
    cJSON *item = cJSON_CreateObject();
    json_set_string(item, "severity", diagnostic->severity);
    json_set_string(item, "code", diagnostic->code);
    json_set_string(item, "message", diagnostic->message);
    json_set_string(item, "location", diagnostic->location);
    return item;
}

/* Warnings are told only where the input asks for them. */
enum outcome validate_state_machine_definition(struct call *call)
{
    bool warnings = str_is(input_str(call, "severity"), "WARNING");
    enum machine_kind kind = str_is(input_str(call, "type"), "EXPRESS") ? MACHINE_EXPRESS : MACHINE_STANDARD;
    int64_t room = input_int64(call, "maxResults", 0);
    room = room > 0 ? room : RESULTS_MOST;
    const struct diagnostic *diagnostics;
    struct machine *machine = machine_read(input_str(call, "definition"), kind, call->arena, &diagnostics);
    cJSON *items = cJSON_CreateArray();
    bool truncated = false;
    for (const struct diagnostic *each = diagnostics; each && !truncated; each = each->next) {
        if (!warnings && strcmp(each->severity, "WARNING") == 0)
            continue;
        truncated = room-- == 0;
        if (!truncated)
            json_add(items, diagnostic_item(each));
    }
    output_string(call, "result", machine ? "OK" : "FAIL");
    output_json(call, "diagnostics", items);
    output_bool(call, "truncated", truncated);
    machine_unref(machine);
    return CALL_DONE;
}
