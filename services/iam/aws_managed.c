#include "services/iam/managed_policy.h"

#include "base/arena.h"
#include "base/json.h"
#include "embedded/aws_managed.h"

/* Policies that AWS manages, as the AWS Managed Policy Reference and GetPolicyVersion show them: the files of aws_managed/, each named by
 * its path and name, with the default version's id and document. Of the long ones (AmazonSageMakerFullAccess, ReadOnlyAccess) what
 * concerns services that a game plays with. The ids are of our own making: AWS does not publish them. */

static struct {
    struct arena *arena; /* lives as long as the process */
    struct aws_managed *policies;
    size_t count;
} aws;

static char *make_id(struct str name)
{
    uint32_t hash = 2166136261u; /* FNV-1a: the same in every process */
    for (size_t i = 0; i < name.length; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 16777619u;
    return arena_printf(aws.arena, "ANPAREHEARSE%09u", (unsigned)(hash % 1000000000u));
}

static struct aws_managed read_policy(const struct embedded_file *file)
{
    struct str stem = str_first(str_of(file->path), strlen(file->path) - strlen(".json")), name = stem;
    size_t slash = str_find_byte(stem, '/');
    if (slash != SIZE_MAX)
        name = str_from(stem, slash + 1);
    const cJSON *kept = json_parse_in(aws.arena, file->bytes, NULL);
    return (struct aws_managed){
        .arn = arena_printf(aws.arena, "arn:aws:iam::aws:policy/%.*s", STR_ARG(stem)),
        .name = arena_copy(aws.arena, name),
        .path = arena_printf(aws.arena, "/%.*s", STR_ARG(str_first(stem, stem.length - name.length))),
        .id = make_id(name),
        .version = json_string(kept, "VersionId"),
        .document = arena_copy(aws.arena, json_print_in(aws.arena, json_get(kept, "Document"))),
    };
}

const struct aws_managed *aws_managed_policies(size_t *ret_count)
{
    if (!aws.arena) {
        aws.arena = arena_new();
        aws.policies = ARENA_ARRAY(aws.arena, struct aws_managed, embedded_aws_managed.count);
        for (; aws.count < embedded_aws_managed.count; aws.count++)
            aws.policies[aws.count] = read_policy(&embedded_aws_managed.files[aws.count]);
    }
    *ret_count = aws.count;
    return aws.policies;
}

const struct aws_managed *aws_managed_find(struct str arn)
{
    size_t count;
    const struct aws_managed *policies = aws_managed_policies(&count);
    for (size_t i = 0; i < count; i++) {
        if (str_is(arn, policies[i].arn))
            return &policies[i];
    }
    return NULL;
}
