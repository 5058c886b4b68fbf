#include "sandbox/launch_words.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/cloud.h"
#include "base/random.h"
#include "world/account.h"
#include "world/clock.h"

#define KEYS_LAST_MS ((int64_t)12 * 3600 * 1000)
#define TMP_MOST_MB  512

void words_add(struct list_of_text *list, const char *text)
{
    if (list->count < WORDS_MOST)
        list->at[list->count++] = arena_copy(list->arena, str_of(text));
}

/* In the place of one of that name. */
void words_add_variable(struct list_of_text *list, const char *name, const char *value)
{
    size_t length = strlen(name), i = 0;
    while (i < list->count && !(strncmp(list->at[i], name, length) == 0 && list->at[i][length] == '='))
        i++;
    if (i == WORDS_MOST)
        return;
    list->at[i] = arena_printf(list->arena, "%s=%s", name, value ? value : "");
    list->count += i == list->count;
}

char **words_taken(const struct list_of_text *list)
{
    char **copy = ARENA_ARRAY(list->arena, char *, list->count + 1);
    memcpy(copy, list->at, list->count * sizeof *copy);
    return copy;
}

/* ---- the sandbox ---- */

void words_add_bind(struct list_of_text *options, const char *how, const char *from, const char *to)
{
    words_add(options, how);
    words_add(options, from);
    words_add(options, to);
}

/* On some machines /bin is a folder, on most a link into /usr. */
void words_add_system(struct list_of_text *options)
{
    static const char *const roots[] = { "/bin", "/sbin", "/lib", "/lib64", "/lib32" };
    static const char *const files[] = { "/etc/ld.so.cache",  "/etc/ld.so.conf", "/etc/ld.so.conf.d",
                                         "/etc/alternatives", "/etc/ssl",        "/etc/ca-certificates",
                                         "/etc/localtime",    "/etc/mime.types" };
    words_add_bind(options, "--ro-bind", "/usr", "/usr");
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        struct stat found;
        char target[128];
        if (lstat(roots[i], &found) != 0)
            continue;
        ssize_t length = S_ISLNK(found.st_mode) ? readlink(roots[i], target, sizeof target - 1) : -1;
        if (length < 0) {
            words_add_bind(options, "--ro-bind", roots[i], roots[i]);
            continue;
        }
        target[length] = '\0';
        words_add_bind(options, "--symlink", target, roots[i]);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        words_add_bind(options, "--ro-bind-try", files[i], files[i]);
}

void words_add_walls(struct list_of_text *options, const char *hostname)
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
                                         "--as-pid-1",
                                         "--die-with-parent",
                                         "--new-session",
                                         "--cap-drop",
                                         "ALL",
                                         "--clearenv" };
    for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
        words_add(options, walls[i]);
    words_add(options, "--hostname");
    words_add(options, hostname);
}

void words_add_places(struct list_of_text *options, const char *folder)
{
    static const char *const etc[] = { "passwd", "group", "hosts" };
    for (size_t i = 0; i < 3; i++)
        words_add_bind(options, "--ro-bind", arena_printf(options->arena, "%s/etc/%s", folder, etc[i]),
                       arena_printf(options->arena, "/etc/%s", etc[i]));
    words_add(options, "--proc");
    words_add(options, "/proc");
    words_add(options, "--dev");
    words_add(options, "/dev");
    words_add(
        options,
        "--remount-ro"); /* no place for files either: it takes half of the machine's memory, and Lambda has no /dev/shm */
    words_add(options, "/dev");
    words_add(options, "--size");
    words_add(options, arena_printf(options->arena, "%d", TMP_MOST_MB * 1024 * 1024));
    words_add(options, "--tmpfs");
    words_add(options, "/tmp");
}

/* What everybody on the machine could read among a process' words (keys!) goes by a file without a name. */
int words_file(const struct list_of_text *options)
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
void words_add_setenv(struct list_of_text *options, const char *variable)
{
    const char *equals = strchr(variable, '=');
    struct str name = { variable, (size_t)(equals - variable) };
    words_add_bind(options, "--setenv", arena_printf(options->arena, "+%.*s", STR_ARG(name)), equals + 1);
}

/* ---- the role's keys ---- */

int64_t words_add_keys(struct list_of_text *variables, struct cloud *cloud, const char *account, const char *role_arn,
                       const char *session, char ret_id[32])
{
    static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct principal role = principal_of_role(variables->arena, str_of(role_arn), str_of(session));
    char secret[41], token[341] = "IQoJb3JpZ2luX2Vj";
    int64_t expires_ms = clock_now(cloud->world->clock) + KEYS_LAST_MS;
    memcpy(ret_id, "ASIA", 4);
    random_secret_text(base32, 16, ret_id + 4);
    random_secret_text(base64, 40, secret);
    random_secret_text(base64, 340 - strlen(token), token + strlen(token));
    account_put_key(cloud->world, &(struct access_key){ .id = ret_id,
                                                        .secret = secret,
                                                        .session_token = token,
                                                        .account = account,
                                                        .principal_arn = role.arn,
                                                        .user_id = role.user_id,
                                                        .session_policy = "",
                                                        .expires_ms = expires_ms });
    words_add_variable(variables, "AWS_ACCESS_KEY_ID", ret_id);
    words_add_variable(variables, "AWS_SECRET_ACCESS_KEY", secret);
    words_add_variable(variables, "AWS_SESSION_TOKEN", token);
    return expires_ms;
}
