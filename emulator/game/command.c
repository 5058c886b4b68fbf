#include "game/command.h"

#include <ctype.h>

#define LONGEST_VALUE 400

/* Where the CLI's command is not the folder's name. */
static const struct {
    const char *folder, *command;
} names[] = {
    { "s3", "s3api" },
    { "lexv2", "lexv2-models" },
    { "lexv2runtime", "lexv2-runtime" },
    { "sagemakerruntime", "sagemaker-runtime" },
};

const char *command_service(const struct model *model)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].folder, model->name) == 0)
            return names[i].command;
    return model->name;
}

/* A new word begins at a capital behind a small letter or digit, and at the last capital of a run that goes on in small ones. */
void command_add_name(struct buf *line, struct str name)
{
    for (size_t i = 0; i < name.length; i++) {
        unsigned char here = (unsigned char)name.at[i];
        unsigned char before = i ? (unsigned char)name.at[i - 1] : 0;
        unsigned char after = i + 1 < name.length ? (unsigned char)name.at[i + 1] : 0;
        if (i && isupper(here) && (islower(before) || isdigit(before) || (isupper(before) && islower(after))))
            buf_add_byte(line, '-');
        buf_add_byte(line, (char)tolower(here));
    }
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!isalnum((unsigned char)text.at[i]) && !strchr("-_=./:@%+,", text.at[i]))
            return false;
    return text.length > 0;
}

static void add_quoted(struct buf *line, struct str text)
{
    if (is_plain(text)) {
        buf_add_str(line, text);
        return;
    }
    buf_add_byte(line, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '\'')
            buf_add_text(line, "'\\''");
        else
            buf_add_byte(line, text.at[i]);
    }
    buf_add_byte(line, '\'');
}

static void add_value(struct buf *line, const cJSON *value)
{
    struct buf text = BUF_EMPTY;
    if (cJSON_IsString(value))
        buf_add_str(&text, json_value(value));
    else
        json_print(&text, value);
    if (text.length > LONGEST_VALUE)
        buf_add_text(line, "…");
    else
        add_quoted(line, buf_str(&text));
    buf_release(&text);
}

static void add_option(struct buf *line, struct str member)
{
    buf_add_text(line, " --");
    command_add_name(line, member);
}

static void begin(struct buf *line, const struct service *service, const struct operation *operation)
{
    buf_printf(line, "aws %s ", command_service(service->model));
    command_add_name(line, str_of(operation->name));
}

static void add_member(struct buf *line, struct str name, const cJSON *value)
{
    if (cJSON_IsBool(value)) {
        buf_add_text(line, cJSON_IsTrue(value) ? " --" : " --no-");
        command_add_name(line, name);
        return;
    }
    add_option(line, name);
    buf_add_byte(line, ' ');
    add_value(line, value);
}

/* What must be given comes first. */
void command_of_call(struct buf *line, const struct service *service, const struct operation *operation,
                     const cJSON *input)
{
    begin(line, service, operation);
    for (int required = 1; operation->input && required >= 0; required--)
        for (size_t i = 0; i < operation->input->member_count; i++) {
            const struct member *member = &operation->input->members[i];
            const cJSON *value = json_get(input, member->name);
            if (value && member->required == (required == 1))
                add_member(line, str_of(member->name), value);
        }
}

void command_of_operation(struct buf *line, const struct service *service, const struct operation *operation,
                          const char *(*value_of)(const void *data, const char *member), const void *data)
{
    begin(line, service, operation);
    for (size_t i = 0; operation->input && i < operation->input->member_count; i++) {
        const struct member *member = &operation->input->members[i];
        if (!member->required)
            continue;
        const char *value = value_of(data, member->name);
        add_option(line, str_of(member->name));
        buf_add_byte(line, ' ');
        if (value)
            add_quoted(line, str_of(value));
        else
            buf_add_text(line, "…");
    }
}
