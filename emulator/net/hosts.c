#include "net/hosts.h"

#include <stdlib.h>
#include <strings.h>

#include "base/arena.h"

struct hosts {
    struct arena *arena;
    struct str *names; /* those with names under them */
    size_t name_count;
    struct str *prefixes; /* "sync-": of all operations */
    size_t prefix_count;
};

/* These stand for this machine wherever they are asked for: names end in a label that is reserved or whose owner has it
 * point to 127.0.0.1. Addresses have no names under them. */
static const char *const addresses[] = { "127.0.0.1", "[::1]" };
static const char *const house_names[] = { "localhost", "localhost.localstack.cloud" };

static void add_prefix(struct hosts *hosts, struct str prefix)
{
    for (size_t i = 0; i < hosts->prefix_count; i++)
        if (str_equal(hosts->prefixes[i], prefix))
            return;
    hosts->prefixes[hosts->prefix_count++] = prefix;
}

static void add_prefixes(struct hosts *hosts, const struct cloud *cloud)
{
    size_t most = 0;
    for (const struct service *const *at = cloud->services; *at; at++)
        most += (*at)->model->operation_count;
    hosts->prefixes = ARENA_ARRAY(hosts->arena, struct str, most);
    for (const struct service *const *at = cloud->services; *at; at++)
        for (size_t i = 0; i < (*at)->model->operation_count; i++)
            if ((*at)->model->operations[i].host_prefix)
                add_prefix(hosts, str_of((*at)->model->operations[i].host_prefix));
}

struct hosts *hosts_new(const struct cloud *cloud, const char *const *public_hosts_or_null)
{
    struct hosts *hosts = memory_alloc(sizeof *hosts);
    hosts->arena = arena_new();
    size_t house = sizeof house_names / sizeof *house_names, guests = 0;
    while (public_hosts_or_null && public_hosts_or_null[guests])
        guests++;
    hosts->names = ARENA_ARRAY(hosts->arena, struct str, house + guests);
    for (size_t i = 0; i < house; i++)
        hosts->names[hosts->name_count++] = str_of(house_names[i]);
    for (size_t i = 0; i < guests; i++)
        hosts->names[hosts->name_count++] = arena_str(hosts->arena, str_of(public_hosts_or_null[i]));
    add_prefixes(hosts, cloud);
    return hosts;
}

void hosts_free(struct hosts *hosts)
{
    arena_free(hosts->arena);
    free(hosts);
}

/* Without its port and the dot of the root. */
static struct str bare_name(struct str host)
{
    size_t end = host.length;
    while (end && host.at[end - 1] >= '0' && host.at[end - 1] <= '9')
        end--;
    if (end && host.at[end - 1] == ':')
        host.length = end - 1;
    if (host.length && host.at[host.length - 1] == '.')
        host.length--;
    return host;
}

static bool is_under(struct str host, struct str name)
{
    if (host.length < name.length)
        return false;
    struct str end = str_from(host, host.length - name.length);
    if (strncasecmp(end.at, name.at, name.length) != 0)
        return false;
    return host.length == name.length || end.at[-1] == '.';
}

static bool is_ours(const struct hosts *hosts, struct str host, struct str *ret_above)
{
    *ret_above = STR("");
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (str_is(host, addresses[i]))
            return true;
    for (size_t i = 0; i < hosts->name_count; i++)
        if (is_under(host, hosts->names[i])) {
            *ret_above = str_first(
                host, host.length == hosts->names[i].length ? 0 : host.length - hosts->names[i].length - 1);
            return true;
        }
    return false;
}

bool hosts_allow(const struct hosts *hosts, struct str host, struct str *ret_above)
{
    struct str name = bare_name(host);
    if (is_ours(hosts, name, ret_above))
        return true;
    for (size_t i = 0; i < hosts->prefix_count; i++)
        if (name.length > hosts->prefixes[i].length &&
            strncasecmp(name.at, hosts->prefixes[i].at, hosts->prefixes[i].length) == 0 &&
            is_ours(hosts, str_from(name, hosts->prefixes[i].length), ret_above))
            return true;
    return false;
}
