#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/arn.h"
#include "base/embedded.h"
#include "embedded/runtime.h"
#include "sandbox/launch_words.h"
#include "sandbox/sandbox_inner.h"
#include "sandbox/system_calls.h"

#define PROCESSES_MOST "256"

/* ---- interpreters ---- */

static bool is_there(const char *path)
{
    return access(path, X_OK) == 0;
}

/* Of the very version where the machine has it, else its own: a handler hardly ever minds. */
const char *launch_find_python(const char *runtime)
{
    static char exact[64];
    static const char *const folders[] = { "/usr/bin", "/usr/local/bin" };
    for (size_t i = 0; i < 2; i++) {
        snprintf(exact, sizeof exact, "%s/%.20s", folders[i], runtime);
        if (is_there(exact))
            return exact;
    }
    return is_there("/usr/bin/python3")         ? "/usr/bin/python3"
           : is_there("/usr/local/bin/python3") ? "/usr/local/bin/python3"
                                                : NULL;
}

static const char *find_node(void)
{
    return is_there("/usr/bin/node") ? "/usr/bin/node" : is_there("/usr/local/bin/node") ? "/usr/local/bin/node" : NULL;
}

const char *launch_find_bwrap(void)
{
    return is_there("/usr/bin/bwrap")         ? "/usr/bin/bwrap"
           : is_there("/usr/local/bin/bwrap") ? "/usr/local/bin/bwrap"
                                              : NULL;
}

const char *launch_interpreter(const struct sandboxes *sandboxes, const char *runtime, bool *ret_mine,
                               const char **reterr_why)
{
    bool python = strncmp(runtime, "python3", 7) == 0, node = strncmp(runtime, "nodejs", 6) == 0;
    bool provided = strncmp(runtime, "provided.al2", 12) == 0;
    *ret_mine = python || node || provided;
    if (!*ret_mine)
        return NULL;
    *reterr_why =
        "This practice cloud runs handlers in a bubblewrap sandbox, and there is no bwrap on this machine: install "
        "the package bubblewrap.";
    if (sandboxes->mode == LAMBDA_SANDBOXED && !launch_find_bwrap())
        return NULL;
    *reterr_why = python
                      ? "There is no python3 in /usr/bin or /usr/local/bin of this machine to run Python handlers with."
                      : "There is no node in /usr/bin or /usr/local/bin of this machine to run Node handlers with.";
    return python ? launch_find_python(runtime) : node ? find_node() : "bootstrap";
}

/* ---- files that every sandbox sees ---- */

static bool write_file(const char *folder, const char *name, struct str bytes, mode_t mode, char **reterr_why)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool good = file >= 0 && write(file, bytes.at, bytes.length) == (ssize_t)bytes.length;
    if (!good) {
        struct buf why = BUF_EMPTY;
        buf_printf(&why, "cannot write %s: %s", path, strerror(errno));
        *reterr_why = buf_take(&why);
    }
    if (file >= 0)
        close(file);
    return good;
}

bool launch_write_files(const struct sandboxes *sandboxes, char **reterr_why)
{
    static const struct {
        const char *name, *text;
    } etc[] = { { "passwd", "sbx_user1051:x:993:990::/tmp:/sbin/nologin\n" },
                { "group", "sbx_user1051:x:990:\n" },
                { "hosts", "127.0.0.1 localhost\n" } };
    char runtime[96], system[96];
    snprintf(runtime, sizeof runtime, "%s/runtime", sandboxes->folder);
    snprintf(system, sizeof system, "%s/etc", sandboxes->folder);
    if (mkdir(runtime, 0755) != 0 || mkdir(system, 0755) != 0) {
        *reterr_why = memory_copy(STR("cannot make folders for functions"));
        return false;
    }
    for (size_t i = 0; i < embedded_runtime.count; i++) {
        const struct embedded_file *file = &embedded_runtime.files[i];
        if (!write_file(runtime, file->path, file->bytes, strcmp(file->path, "relay") == 0 ? 0755 : 0644, reterr_why))
            return false;
    }
    for (size_t i = 0; i < sizeof etc / sizeof *etc; i++) {
        if (!write_file(system, etc[i].name, str_of(etc[i].text), 0644, reterr_why))
            return false;
    }
    return true;
}

/* ---- variables ---- */

/* "Defined runtime environment variables" of the developer guide: some a function may set anew, the reserved ones not. */
static void set_variables(struct environment *environment, const struct invocation *invocation, bool sandboxed,
                          const char *task_root, struct list_of_text *variables)
{
    const struct sandboxes *sandboxes = environment->sandboxes;
    struct arena *arena = environment->arena;
    const cJSON *own;
    const char *socket = sandboxed ? "/run/rehearse/runtime.sock" : environment->socket + strlen(HTTP_UNIX);
    words_add_variable(variables, "LANG", "C.UTF-8");
    words_add_variable(variables, "TZ", ":UTC");
    words_add_variable(variables, "HOME", "/tmp");
    words_add_variable(variables, "PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin");
    words_add_variable(variables, "PYTHONDONTWRITEBYTECODE", "1");
    words_add_variable(variables, "AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    words_add_variable(variables, "AWS_EC2_METADATA_DISABLED", "true");
    words_add_variable(variables, "AWS_ENDPOINT_URL",
                       sandboxed ? arena_printf(arena, "http://127.0.0.1:%d", sandboxes->port) : sandboxes->endpoint);
    cJSON_ArrayForEach(own, invocation->environment)
    {
        if (cJSON_IsString(own))
            words_add_variable(variables, own->string, own->valuestring);
    }
    environment->keys_expire_ms = words_add_keys(variables, sandboxes->cloud, invocation->scope.account,
                                                 invocation->role_arn, invocation->function_name,
                                                 environment->access_key_id);
    words_add_variable(variables, "AWS_REGION", invocation->scope.region);
    words_add_variable(variables, "AWS_DEFAULT_REGION", invocation->scope.region);
    words_add_variable(variables, "AWS_EXECUTION_ENV", arena_printf(arena, "AWS_Lambda_%s", invocation->runtime));
    words_add_variable(variables, "AWS_LAMBDA_FUNCTION_NAME", invocation->function_name);
    words_add_variable(variables, "AWS_LAMBDA_FUNCTION_VERSION", invocation->version);
    words_add_variable(variables, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                       arena_printf(arena, "%d", (int)invocation->memory_mb));
    words_add_variable(variables, "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    words_add_variable(variables, "AWS_LAMBDA_LOG_GROUP_NAME", invocation->log_group);
    words_add_variable(variables, "AWS_LAMBDA_LOG_STREAM_NAME", invocation->log_stream);
    if (sandboxed)
        words_add_variable(variables, "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" RUNTIME_API_PORT);
    words_add_variable(variables, "REHEARSE_RUNTIME_SOCKET", socket);
    words_add_variable(variables, "_HANDLER", invocation->handler);
    words_add_variable(variables, "LAMBDA_TASK_ROOT", task_root);
    words_add_variable(variables, "LAMBDA_RUNTIME_DIR", "/var/runtime");
}

/* ---- the command ---- */

static void add_command(struct environment *environment, const struct invocation *invocation,
                        const char *runtime_folder, const char *task_root, struct list_of_text *words)
{
    bool mine;
    const char *why, *interpreter = launch_interpreter(environment->sandboxes, invocation->runtime, &mine, &why);
    struct arena *arena = environment->arena;
    if (strcmp(interpreter, "bootstrap") == 0) {
        words_add(words, arena_printf(arena, "%s/bootstrap", task_root));
        return;
    }
    words_add(words, interpreter);
    if (strncmp(invocation->runtime, "python", 6) == 0) {
        words_add(words, arena_printf(arena, "%s/bootstrap.py", runtime_folder));
        return;
    }
    words_add(words, arena_printf(arena, "--max-old-space-size=%d", (int)(invocation->memory_mb * 9 / 10)));
    words_add(words, arena_printf(arena, "%s/bootstrap.mjs", runtime_folder));
}

/* ---- the sandbox ---- */

static void add_own(struct environment *environment, const struct invocation *invocation, const char *code_path,
                    struct list_of_text *options)
{
    const struct sandboxes *sandboxes = environment->sandboxes;
    struct arena *arena = environment->arena;
    words_add_places(options, sandboxes->folder);
    words_add_bind(options, "--ro-bind", code_path, "/var/task");
    words_add_bind(options, "--ro-bind", arena_printf(arena, "%s/runtime", sandboxes->folder), "/var/runtime");
    words_add_bind(options, "--bind", environment->socket + strlen(HTTP_UNIX), "/run/rehearse/runtime.sock");
    words_add_bind(options, "--bind", sandboxes->cloud_socket + strlen(HTTP_UNIX), "/run/rehearse/cloud.sock");
    words_add(options, "--remount-ro"); /* what stands beside all these is bwrap's own, and no place for files */
    words_add(options, "/");
    words_add(options, "--chdir");
    words_add(options, "/var/task");
}

static const struct launch *prepare_sandboxed(struct environment *environment, const struct invocation *invocation,
                                              const char *code_path)
{
    struct arena *arena = environment->arena;
    struct list_of_text variables = { .arena = arena }, words = { .arena = arena };
    struct list_of_text *options = ARENA_NEW(arena, struct list_of_text);
    struct launch *launch = ARENA_NEW(arena, struct launch);
    options->arena = arena;
    set_variables(environment, invocation, true, "/var/task", &variables);
    words_add_walls(options, "lambda");
    words_add_system(options);
    add_own(environment, invocation, code_path, options);
    words_add(options, "--seccomp");
    words_add(options, "4");
    for (size_t i = 0; i < variables.count; i++)
        words_add_setenv(options, variables.at[i]);
    launch->options_file = words_file(options);
    launch->filter_file = system_calls_file();
    launch->file = launch_find_bwrap();
    words_add(&words, "bwrap");
    words_add(&words, "--args");
    words_add(&words, "3");
    words_add(&words, "--");
    words_add(&words, "/var/runtime/relay");
    words_add(&words, arena_printf(arena, "%d", (int)invocation->memory_mb));
    words_add(&words, PROCESSES_MOST);
    words_add(&words, RUNTIME_API_PORT "=/run/rehearse/runtime.sock");
    words_add(&words, arena_printf(arena, "%d=/run/rehearse/cloud.sock", environment->sandboxes->port));
    words_add(&words, "--");
    add_command(environment, invocation, "/var/runtime", "/var/task", &words);
    launch->words = words_taken(&words);
    launch->variables = ARENA_ARRAY(arena, char *, 1); /* none: bwrap is not the function's */
    return launch;
}

static const struct launch *prepare_bare(struct environment *environment, const struct invocation *invocation,
                                         const char *code_path)
{
    struct arena *arena = environment->arena;
    struct list_of_text variables = { .arena = arena }, words = { .arena = arena };
    struct launch *launch = ARENA_NEW(arena, struct launch);
    set_variables(environment, invocation, false, code_path, &variables);
    add_command(environment, invocation, arena_printf(arena, "%s/runtime", environment->sandboxes->folder), code_path,
                &words);
    launch->words = words_taken(&words);
    launch->variables = words_taken(&variables);
    launch->file = launch->words[0];
    launch->working_folder = arena_copy(arena, str_of(code_path));
    launch->options_file = launch->filter_file = -1;
    return launch;
}

const struct launch *launch_prepare(struct environment *environment, const struct invocation *invocation,
                                    const char *code_path)
{
    if (environment->sandboxes->mode == LAMBDA_UNSANDBOXED)
        return prepare_bare(environment, invocation, code_path);
    return prepare_sandboxed(environment, invocation, code_path);
}
