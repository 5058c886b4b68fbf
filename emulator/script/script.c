#include "script/script_inner.h"

#include <stdlib.h>

#include "aws/cloud.h"

#define FILE_MOST ((size_t)1 << 20)

void script_tell(struct script *script, enum script_notice kind, const char *subject, const char *text)
{
    if (script->options.notice)
        script->options.notice(script->options.data, kind, subject, text);
}

/* The folder, not the Lua in it. */
void script_refuse(struct script *script, const char *why)
{
    struct script_error error = { "", 0, why, "", "", "", "", false, false };
    script->edit_is_refused = script->playing != NULL;
    script->options.refused(script->options.data, &error);
}

struct json *script_declaration(const struct script *script)
{
    return script->playing ? script->playing->declaration : NULL;
}

const char *script_maker(const struct script *script)
{
    return script->name;
}

const char *script_pack(const struct script *script)
{
    struct json *declaration = script_declaration(script);
    const char *id = declaration ? json_string(json_root(declaration), "id") : NULL;
    return id ? id : script->name;
}

bool script_has(const struct script *script, const char *callback)
{
    return version_has(script->playing, callback) && !script_has_struck_out(script, callback);
}

bool script_is_busy(const struct script *script)
{
    return !list_is_empty(&script->jobs);
}

/* ---- a version has loaded, or has not ---- */

static void forget_strikes(struct script *script)
{
    map_free(script->strikes, NULL);
    script->strikes = map_new();
}

/* The version before goes on only with what it has begun. */
void script_loaded(struct version *version, const cJSON *loaded)
{
    struct script *script = version->script;
    version_declare(version, loaded);
    if (version != script->loading)
        return;
    struct version *old = script->playing;
    script->playing = version;
    script->loading = NULL;
    script->edit_is_refused = false;
    if (old)
        version_leave(old);
    forget_strikes(script);
    faults_renew(script);
    script->options.loaded(script->options.data, version->declaration);
    if (old)
        script_tell(script, NOTICE_RELOADED, "", "");
}

void script_refused(struct version *version, const struct script_error *error)
{
    struct script *script = version->script;
    if (error->interrupted)
        return;
    if (version == script->loading) {
        script->loading = NULL;
        version_leave(version);
        script->edit_is_refused = script->playing != NULL;
    }
    script->options.refused(script->options.data, error);
}

/* ---- loading ---- */

static void end_loading(struct script *script)
{
    struct version *version = script->loading;
    if (!version)
        return;
    script->loading = NULL;
    version_end_child(version);
    version_lose_jobs(script, version);
    version_interrupt_lost(script);
    version_free(version);
}

void script_reload(struct script *script)
{
    char *why = NULL;
    uint64_t stamp;
    struct json *sources = pack_read_sources(script->folder, &stamp, &why);
    const struct version *latest = script->loading ? script->loading : script->playing;
    if (sources && latest && stamp == script->stamp && json_equal(json_root(sources), json_root(latest->sources))) {
        json_unref(sources);
        if (script->edit_is_refused)
            script_tell(script, NOTICE_KEPT, "", "");
        script->edit_is_refused = false;
        return;
    }
    end_loading(script);
    script->stamp = stamp;
    script->loading = sources ? version_new(script, sources, &why) : NULL;
    if (!script->loading)
        script_refuse(script, why);
    free(why);
}

static void edited(void *data)
{
    script_reload(data);
}

bool script_await_load(struct script *script)
{
    while (script->loading && child_wait(script->loading->child))
        ;
    return script->playing != NULL;
}

/* ---- the world was set back ---- */

void script_restart(struct script *script)
{
    faults_disarm_all(script);
    end_loading(script);
    version_lose_jobs(script, NULL);
    if (script->playing) {
        version_end_child(script->playing);
        version_start_again(script->playing);
    }
    version_interrupt_lost(script);
}

/* ---- opening and closing ---- */

static void release(struct script *script)
{
    version_free(script->loading);
    version_free(script->playing);
    map_free(script->strikes, NULL);
    map_free(script->read, NULL);
    free(script->name);
    free(script->folder);
    free(script->fixtures);
    free(script);
}

struct script *script_open(const struct script_options *options, char **reterr_why)
{
    char *folder = pack_find_folder(options, reterr_why);
    if (!folder)
        return NULL;
    struct script *script = memory_alloc(sizeof *script);
    script->options = *options;
    script->cloud = options->cloud;
    script->world = options->cloud->world;
    script->folder = folder;
    script->fixtures = fixtures_find_folder(options);
    script->name = memory_copy(str_of(strrchr(folder, '/') + 1));
    script->strikes = map_new();
    script->read = map_new();
    list_init(&script->leaving);
    list_init(&script->jobs);
    list_init(&script->arms);
    struct json *sources = pack_read_sources(folder, &script->stamp, reterr_why);
    script->loading = sources ? version_new(script, sources, reterr_why) : NULL;
    if (!script->loading) {
        release(script);
        return NULL;
    }
    invocations_listen(script);
    images_listen(script);
    if (options->loop)
        script->watcher = watcher_start(options->loop, folder, edited, script);
    return script;
}

void script_close(struct script *script)
{
    invocations_stop(script);
    images_stop(script);
    faults_disarm_all(script);
    watcher_free(script->watcher);
    end_loading(script);
    if (script->playing)
        version_end_child(script->playing);
    version_lose_jobs(script, NULL);
    version_interrupt_lost(script);
    release(script);
}

bool script_read_file(const struct script *script, const char *path, struct buf *ret_bytes)
{
    return folder_read_file(script->folder, str_of(path), FILE_MOST, ret_bytes);
}
