#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/arn.h"
#include "base/embedded.h"
#include "embedded/runtime.h"
#include "sandbox/sandbox_inner.h"
#include "sandbox/system_calls.h"
#include "world/account.h"
#include "world/clock.h"

#define WORDS_MOST     2048 /* a function's variables take 4 KiB at most, three words each */
#define PROCESSES_MOST "256"
#define KEYS_LAST_MS   ((int64_t)12 * 3600 * 1000)
#define TMP_MOST_MB    512

/* Words or variables on their way. */
struct list_of_text {
    struct arena *arena;
    char *at[WORDS_MOST];
    size_t count;
};

static void add(struct list_of_text *list, const char *text)
{
    if (list->count < WORDS_MOST)
        list->at[list->count++] = arena_copy(list->arena, str_of(text));
}

/* In the place of one of that name. */
static void add_variable(struct list_of_text *list, const char *name, const char *value)
{
    size_t length = strlen(name), i = 0;
    while (i < list->count && !(strncmp(list->at[i], name, length) == 0 && list->at[i][length] == '='))
        i++;
    if (i == WORDS_MOST)
        return;
    list->at[i] = arena_printf(list->arena, "%s=%s", name, value ? value : "");
    list->count += i == list->count;
}

static char **taken(const struct list_of_text *list)
{
    char **copy = ARENA_ARRAY(list->arena, char *, list->count + 1);
    memcpy(copy, list->at, list->count * sizeof *copy);
    return copy;
}

/* ---- interpreters ---- */

static bool is_there(const char *path)
{
    return access(path, X_OK) == 0;
}

/* Of the very version where the machine has it, else its own: a handler hardly ever minds. */
static const char *find_python(const char *runtime)
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

static const char *find_bwrap(void)
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
    if (sandboxes->mode == LAMBDA_SANDBOXED && !find_bwrap())
        return NULL;
    *reterr_why = python
                      ? "There is no python3 in /usr/bin or /usr/local/bin of this machine to run Python handlers with."
                      : "There is no node in /usr/bin or /usr/local/bin of this machine to run Node handlers with.";
    return python ? find_python(runtime) : node ? find_node() : "bootstrap";
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

/* ---- the role's keys ---- */

/* As STS would hand them out; the road knows them as the role's session. */
static void make_keys(struct environment *environment, const struct invocation *invocation,
                      struct list_of_text *variables)
{
    static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct world *world = environment->sandboxes->cloud->world;
    struct principal role = principal_of_role(environment->arena, str_of(invocation->role_arn),
                                              str_of(invocation->function_name));
    char id[21] = "ASIA", secret[41], token[341] = "IQoJb3JpZ2luX2Vj";
    random_secret_text(base32, 16, id + 4);
    random_secret_text(base64, 40, secret);
    random_secret_text(base64, 340 - strlen(token), token + strlen(token));
    snprintf(environment->access_key_id, sizeof environment->access_key_id, "%s", id);
    environment->keys_expire_ms = clock_now(world->clock) + KEYS_LAST_MS;
    account_put_key(world, &(struct access_key){ .id = id,
                                                 .secret = secret,
                                                 .session_token = token,
                                                 .account = invocation->scope.account,
                                                 .principal_arn = role.arn,
                                                 .user_id = role.user_id,
                                                 .session_policy = "",
                                                 .expires_ms = environment->keys_expire_ms });
    add_variable(variables, "AWS_ACCESS_KEY_ID", id);
    add_variable(variables, "AWS_SECRET_ACCESS_KEY", secret);
    add_variable(variables, "AWS_SESSION_TOKEN", token);
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
    add_variable(variables, "LANG", "C.UTF-8");
    add_variable(variables, "TZ", ":UTC");
    add_variable(variables, "HOME", "/tmp");
    add_variable(variables, "PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin");
    add_variable(variables, "PYTHONDONTWRITEBYTECODE", "1");
    add_variable(variables, "AWS_DISABLE_HOST_PREFIX_INJECTION", "true");
    add_variable(variables, "AWS_EC2_METADATA_DISABLED", "true");
    add_variable(variables, "AWS_ENDPOINT_URL",
                 sandboxed ? arena_printf(arena, "http://127.0.0.1:%d", sandboxes->port) : sandboxes->endpoint);
    cJSON_ArrayForEach(own, invocation->environment)
    {
        if (cJSON_IsString(own))
            add_variable(variables, own->string, own->valuestring);
    }
    make_keys(environment, invocation, variables);
    add_variable(variables, "AWS_REGION", invocation->scope.region);
    add_variable(variables, "AWS_DEFAULT_REGION", invocation->scope.region);
    add_variable(variables, "AWS_EXECUTION_ENV", arena_printf(arena, "AWS_Lambda_%s", invocation->runtime));
    add_variable(variables, "AWS_LAMBDA_FUNCTION_NAME", invocation->function_name);
    add_variable(variables, "AWS_LAMBDA_FUNCTION_VERSION", invocation->version);
    add_variable(variables, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", arena_printf(arena, "%d", (int)invocation->memory_mb));
    add_variable(variables, "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    add_variable(variables, "AWS_LAMBDA_LOG_GROUP_NAME", invocation->log_group);
    add_variable(variables, "AWS_LAMBDA_LOG_STREAM_NAME", invocation->log_stream);
    if (sandboxed)
        add_variable(variables, "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" RUNTIME_API_PORT);
    add_variable(variables, "REHEARSE_RUNTIME_SOCKET", socket);
    add_variable(variables, "_HANDLER", invocation->handler);
    add_variable(variables, "LAMBDA_TASK_ROOT", task_root);
    add_variable(variables, "LAMBDA_RUNTIME_DIR", "/var/runtime");
}

/* ---- the command ---- */

static void add_command(struct environment *environment, const struct invocation *invocation,
                        const char *runtime_folder, const char *task_root, struct list_of_text *words)
{
    bool mine;
    const char *why, *interpreter = launch_interpreter(environment->sandboxes, invocation->runtime, &mine, &why);
    struct arena *arena = environment->arena;
    if (strcmp(interpreter, "bootstrap") == 0) {
        add(words, arena_printf(arena, "%s/bootstrap", task_root));
        return;
    }
    add(words, interpreter);
    if (strncmp(invocation->runtime, "python", 6) == 0) {
        add(words, arena_printf(arena, "%s/bootstrap.py", runtime_folder));
        return;
    }
    add(words, arena_printf(arena, "--max-old-space-size=%d", (int)(invocation->memory_mb * 9 / 10)));
    add(words, arena_printf(arena, "%s/bootstrap.mjs", runtime_folder));
}

/* ---- the sandbox ---- */

static void add_bind(struct list_of_text *options, const char *how, const char *from, const char *to)
{
    add(options, how);
    add(options, from);
    add(options, to);
}

/* On some machines /bin is a folder, on most a link into /usr. */
static void add_system(struct list_of_text *options)
{
    static const char *const roots[] = { "/bin", "/sbin", "/lib", "/lib64", "/lib32" };
    static const char *const files[] = { "/etc/ld.so.cache",  "/etc/ld.so.conf", "/etc/ld.so.conf.d",
                                         "/etc/alternatives", "/etc/ssl",        "/etc/ca-certificates",
                                         "/etc/localtime",    "/etc/mime.types" };
    add_bind(options, "--ro-bind", "/usr", "/usr");
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        struct stat found;
        char target[128];
        if (lstat(roots[i], &found) != 0)
            continue;
        ssize_t length = S_ISLNK(found.st_mode) ? readlink(roots[i], target, sizeof target - 1) : -1;
        if (length < 0) {
            add_bind(options, "--ro-bind", roots[i], roots[i]);
            continue;
        }
        target[length] = '\0';
        add_bind(options, "--symlink", target, roots[i]);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        add_bind(options, "--ro-bind-try", files[i], files[i]);
}

static void add_own(struct environment *environment, const struct invocation *invocation, const char *code_path,
                    struct list_of_text *options)
{
    const struct sandboxes *sandboxes = environment->sandboxes;
    struct arena *arena = environment->arena;
    static const char *const etc[] = { "passwd", "group", "hosts" };
    for (size_t i = 0; i < 3; i++)
        add_bind(options, "--ro-bind", arena_printf(arena, "%s/etc/%s", sandboxes->folder, etc[i]),
                 arena_printf(arena, "/etc/%s", etc[i]));
    add(options, "--proc");
    add(options, "/proc");
    add(options, "--dev");
    add(options, "/dev");
    add(options,
        "--remount-ro"); /* no place for files either: it takes half of the machine's memory, and Lambda has no /dev/shm */
    add(options, "/dev");
    add(options, "--size");
    add(options, arena_printf(arena, "%d", TMP_MOST_MB * 1024 * 1024));
    add(options, "--tmpfs");
    add(options, "/tmp");
    add_bind(options, "--ro-bind", code_path, "/var/task");
    add_bind(options, "--ro-bind", arena_printf(arena, "%s/runtime", sandboxes->folder), "/var/runtime");
    add_bind(options, "--bind", environment->socket + strlen(HTTP_UNIX), "/run/rehearse/runtime.sock");
    add_bind(options, "--bind", sandboxes->cloud_socket + strlen(HTTP_UNIX), "/run/rehearse/cloud.sock");
    add(options, "--remount-ro"); /* what stands beside all these is bwrap's own, and no place for files */
    add(options, "/");
    add(options, "--chdir");
    add(options, "/var/task");
}

static void add_walls(struct list_of_text *options)
{
    static const char *const walls[] = { "--unshare-user",
                                         "--disable-userns",
                                         "--uid",
                                         "993",
                                         "--gid",
                                         "990",
                                         "--unshare-ipc",
                                         "--unshare-pid",
                                         "--unshare-net",
                                         "--unshare-uts",
                                         "--unshare-cgroup-try",
                                         "--hostname",
                                         "lambda",
                                         "--as-pid-1",
                                         "--die-with-parent",
                                         "--new-session",
                                         "--cap-drop",
                                         "ALL",
                                         "--clearenv" };
    for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
        add(options, walls[i]);
}

/* What everybody on the machine could read among a process' words (keys!) goes by a file without a name. */
static int options_file(const struct list_of_text *options)
{
    int file = memfd_create("sandbox", MFD_CLOEXEC);
    for (size_t i = 0; file >= 0 && i < options->count; i++) {
        size_t length = strlen(options->at[i]) + 1;
        if (write(file, options->at[i], length) != (ssize_t)length) {
            close(file);
            file = -1;
        }
    }
    if (file >= 0)
        lseek(file, 0, SEEK_SET);
    return file;
}

/* A variable of the command goes through the relay's with a '+' before it. */
static void add_setenv(struct list_of_text *options, const char *variable)
{
    const char *equals = strchr(variable, '=');
    struct str name = { variable, (size_t)(equals - variable) };
    add_bind(options, "--setenv", arena_printf(options->arena, "+%.*s", STR_ARG(name)), equals + 1);
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
    add_walls(options);
    add_system(options);
    add_own(environment, invocation, code_path, options);
    add(options, "--seccomp");
    add(options, "4");
    for (size_t i = 0; i < variables.count; i++)
        add_setenv(options, variables.at[i]);
    launch->options_file = options_file(options);
    launch->filter_file = system_calls_file();
    launch->file = find_bwrap();
    add(&words, "bwrap");
    add(&words, "--args");
    add(&words, "3");
    add(&words, "--");
    add(&words, "/var/runtime/relay");
    add(&words, arena_printf(arena, "%d", (int)invocation->memory_mb));
    add(&words, PROCESSES_MOST);
    add(&words, RUNTIME_API_PORT "=/run/rehearse/runtime.sock");
    add(&words, arena_printf(arena, "%d=/run/rehearse/cloud.sock", environment->sandboxes->port));
    add(&words, "--");
    add_command(environment, invocation, "/var/runtime", "/var/task", &words);
    launch->words = taken(&words);
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
    launch->words = taken(&words);
    launch->variables = taken(&variables);
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
