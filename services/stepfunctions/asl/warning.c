#include "services/stepfunctions/asl/reader.h"

/* What ValidateStateMachineDefinition calls warnings: a text that looks like a path or an intrinsic function where
 * nothing evaluates it. The codes are AWS's; the sentences are ours, since no record of AWS's is known. */

static bool looks_like_path(const char *text)
{
    struct str value = str_of(text);
    return str_starts(value, STR("$.")) || str_starts(value, STR("$[")) || str_starts(value, STR("$$.")) ||
           (str_starts(value, STR("States.")) && str_ends(value, STR(")")));
}

static void warn(struct draft *draft, const struct spot *spot, const char *code, const char *name)
{
    if (strcmp(code, "NO_DOLLAR") == 0)
        diagnose_warning(
            &draft->reader->schema, code, spot,
            "The value of '%s' looks like a path or an intrinsic function, but the field's name does not end with "
            "'.$', so it is taken as it stands",
            name);
    else
        diagnose_warning(
            &draft->reader->schema, code, spot,
            "The value of '%s' looks like a path or an intrinsic function, but the result of a Pass state is taken "
            "as it stands",
            name);
}

static bool is_suspicious(const cJSON *member, const char *code)
{
    bool dynamic_name = member->string && str_ends(str_of(member->string), STR(".$"));
    if (strcmp(code, "PASS_RESULT_IS_STATIC") == 0 && dynamic_name)
        return true;
    return !dynamic_name && cJSON_IsString(member) && looks_like_path(member->valuestring);
}

/* As deep as the definition, which has a limit. */
void warn_of_paths(struct draft *draft, const struct spot *spot, const cJSON *node, const char *code)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, node)
    {
        if (is_suspicious(member, code))
            warn(draft, spot, code, member->string ? member->string : spot->name);
        else
            warn_of_paths(draft, spot, member, code);
    }
}

void warn_of_path_text(struct draft *draft, const struct spot *spot, const char *text)
{
    if (looks_like_path(text))
        diagnose_warning(&draft->reader->schema, "NO_PATH", spot,
                         "The value of '%s' looks like a path, but the field's name does not end with 'Path'",
                         spot->name);
}
