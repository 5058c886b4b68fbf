/* modelc FOLDER OUTPREFIX: makes OUTPREFIX.h and OUTPREFIX.c (the tables of aws/model.h) of FOLDER/NAME.model and, where there
 * is one, FOLDER/overlay.json, NAME being the folder's. A file whose content would not change is left alone.
 *
 * THE NOTATION of a .model: facts of AWS's own service model, written by refresh_models, no line by hand. Words are parted
 * by single spaces; a line that begins with two spaces belongs to the line above that does not; '#' begins a comment line;
 * empty lines say nothing. First the service:
 *
 *     service stepfunctions                our folder
 *     sdk-id SFN                           full-name, api-version, endpoint-prefix, signing-name, xml-namespace likewise
 *     protocol json 1.0                    json VERSION, query, rest-json VERSION or rest-xml
 *     target-prefix AWSStepFunctions       what stands before '.' in X-Amz-Target
 *
 * then operations and shapes, in any order:
 *
 *     operation CreateFunction
 *       http POST /2015-03-31/functions 201   method, URI, status of success; POST / 200 unless said
 *       host sync-                            what SDKs put before the host name
 *       checksum                              its request must carry one of its body
 *       deprecated                            another operation that takes the same route is meant
 *       input CreateFunctionRequest
 *       output FunctionConfiguration
 *       wrapper X                             Query: the element in the response; OPERATIONResult unless said
 *       errors A B C
 *     structure NAME [union] [sensitive]
 *       MEMBER SHAPE [required] [token] [sensitive] [flattened] [attribute] [streaming] [PLACE]
 *     error NAME [code CODE] [status N] [sensitive]     code: what clients see, NAME unless said; status: 400 unless said,
 *                                                       the sender's fault below 500, else the receiver's
 *       MEMBER SHAPE …
 *     enum NAME [MIN..MAX] [sensitive] [pattern REST OF THE LINE]
 *       VALUE                                                       one a line, spaces allowed
 *     string NAME [MIN..MAX] [sensitive] [pattern REST OF THE LINE]
 *     list NAME ELEMENT [MIN..MAX] [sensitive] [flattened] [member WIRE]
 *     map NAME KEY VALUE [MIN..MAX] [sensitive] [flattened] [key WIRE] [value WIRE]
 *     blob, integer, long, float, double NAME [MIN..MAX] [sensitive]
 *     boolean, document NAME [sensitive]
 *     timestamp NAME [sensitive] [epoch|iso|http]                     the protocol's own form unless said
 *
 * MIN or MAX may be absent. A member's PLACE is one of: wire NAME (in the body, under another name), header NAME,
 * headers PREFIX, uri NAME, query NAME, status, payload [wire NAME]; a member without one stands in the body.
 *
 * THE OVERLAY says what models do not say, and wins where both speak:
 *
 *     "exceptionName"  "AWSStepFunctions": what causes call the service; the SDK id unless said
 *     "iamPrefix"      the service in IAM's actions; the signing name unless said
 *     "global"         true: rows stand in no region
 *     "further"        [lines of the notation, behind those of the model]: what AWS serves and models do not have
 *     "validation"     the error that an input gets which breaks the model's constraints; ValidationException unless said
 *     "enums"          {shape: [values in the order of AWS's messages]}
 *     "errors"         {error: {"code", "status"}}
 *     "constraints"    {shape or "Structure.member": {"min", "max", "pattern", "required", "values"}}: null or false takes
 *                      a constraint away, because the service itself answers; anything else replaces it
 *     "operations"     {operation: {"permission", "readsOnly", "endsThings", "bodyLimit", "answerRoot"}}; a permission is
 *                      null (none is asked) or {"action", "resource", "said", "passes", "passedTo", "when", "then"}, see
 *                      aws/model.h; unless said the action is PREFIX:OPERATION on "*". By its name an operation only reads, ends things, or
 *                      neither. "answerRoot": the root element of its XML answer.
 */
#include "tools/modelc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MODEL_CEILING (16 * 1024 * 1024)

struct modelc run;

__attribute__((format(printf, 2, 3))) _Noreturn void refuse_at(int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", run.model_path, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

__attribute__((format(printf, 1, 2))) _Noreturn void refuse_overlay(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", run.overlay_path);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

struct shape_source *member_shape(struct shape_source *structure, struct member_source *member)
{
    struct shape_source *own = ARENA_NEW(run.arena, struct shape_source);
    *own = *member->shape;
    own->label = str_of(arena_printf(run.arena, "%.*s_%.*s", STR_ARG(structure->label), STR_ARG(member->name)));
    if (map_put(run.shapes, own->label, own))
        refuse_overlay("%.*s: there is a shape of that name", STR_ARG(own->label));
    return member->shape = own;
}

static struct str read_file(const char *path)
{
    struct buf text;
    buf_init(&text, MODEL_CEILING);
    FILE *file = fopen(path, "rb");
    char block[65536];
    size_t got;
    while (file && (got = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&text, block, got);
    if (!file || ferror(file) || text.overflow) {
        fprintf(stderr, "%s: %s\n", path, text.overflow ? "too long" : strerror(errno));
        exit(1);
    }
    fclose(file);
    struct str kept = arena_str(run.arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: modelc FOLDER OUTPREFIX\n");
        return 2;
    }
    const char *slash = strrchr(argv[1], '/'), *name = slash ? slash + 1 : argv[1];
    run.arena = arena_new();
    run.operations = map_new();
    run.shapes = map_new();
    run.patterns = map_new();
    run.model_path = arena_printf(run.arena, "%s/%s.model", argv[1], name);
    run.overlay_path = arena_printf(run.arena, "%s/overlay.json", argv[1]);

    bool has_overlay = access(run.overlay_path, F_OK) == 0;
    struct str model = read_file(run.model_path), overlay = has_overlay ? read_file(run.overlay_path) : STR("{}"),
               further = modelc_further(overlay);
    modelc_read(str_of(arena_printf(run.arena, "%.*s%.*s", STR_ARG(model), STR_ARG(further))));
    if (!str_is(run.service, name))
        refuse_at(1, "this is the model of '%.*s'", STR_ARG(run.service));
    modelc_read_overlay(overlay);
    modelc_reach();
    modelc_write(argv[2]);

    map_free(run.operations, NULL);
    map_free(run.shapes, NULL);
    map_free(run.patterns, NULL);
    arena_free(run.arena);
    return 0;
}
