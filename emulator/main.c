/* rehearse: options, wiring, order of start and stop.
 *
 *      start  world (rows, clock, journal) ▶ loop ▶ cloud (services, rules) ▶ teams ▶ game (its pack) ▶ recover ▶ gateway ▶ "Ready."
 *      stop   gateway lets answers out ▶ loop stops ▶ game ▶ cloud ▶ world commits and closes ▶ loop's handles
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/policy.h"
#include "aws/road.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/time.h"
#include "eval.h"
#include "game/check.h"
#include "game/game.h"
#include "graph.h"
#include "net/gateway.h"
#include "net/hold.h"
#include "net/loop.h"
#include "options.h"
#include "page/page.h"
#include "sandbox/sandbox.h"
#include "script/script.h"
#include "services/forecast/picture.h"
#include "services/iam/identity.h"
#include "services/lexv2/nlu/nlu.h"
#include "services/registry.h"
#include "services/sagemaker/monitoring_picture.h"
#include "services/stepfunctions/asl/machine.h"
#include "services/stepfunctions/picture/picture.h"
#include "world/account.h"
#include "world/world.h"

#define PAGE              "/_rehearse/"
#define GRACE_MS          2000
#define TOKEN_BYTES       32
#define SANDBOX_DURATIONS 0.01 /* a plain emulator does not make one wait three minutes for an endpoint */

struct house {
    struct options options;
    char folder[3072]; /* of the data; empty with --memory */
    char token[2 * TOKEN_BYTES + 1];
    struct world *world;
    struct cloud *cloud;
    struct loop *loop;
    struct game *game;               /* NULL: the sandbox has none */
    const struct web_site *sites[4]; /* the game's, where one is played; pictures; the page; NULL */
    struct holds holds;              /* of all that leaves the process */
    struct gateway *gateway;
    struct sandboxes *sandboxes;
    struct gateway *inner_gateway; /* what functions in their sandboxes call */
};

/* ---- where data stand ---- */

static bool complain(const char *what, const char *path)
{
    fprintf(stderr, "rehearse: %s %s: %s\n", what, path, strerror(errno));
    return false;
}

/* Makes the folders above the last one, which the journal makes itself. */
static bool make_parents(const char *folder)
{
    char path[sizeof((struct house *)0)->folder];
    snprintf(path, sizeof path, "%s", folder);
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return complain("cannot make the folder", path);
        *at = '/';
    }
    return true;
}

static bool choose_folder(struct house *house)
{
    const struct options *options = &house->options;
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int length = 0;
    const char *slash = strrchr(options->pack, '/'), *pack = slash && slash[1] ? slash + 1 : options->pack;
    if (options->memory)
        return true;
    if (options->data)
        length = snprintf(house->folder, sizeof house->folder, "%s", options->data);
    else if (state && state[0] == '/')
        length = snprintf(house->folder, sizeof house->folder, "%s/rehearse/%s", state, pack);
    else if (home && home[0] == '/')
        length = snprintf(house->folder, sizeof house->folder, "%s/.local/state/rehearse/%s", home, pack);
    if (length <= 0 || (size_t)length >= sizeof house->folder) {
        fprintf(stderr, "rehearse: there is no home folder to keep data in; give --data DIR or --memory\n");
        return false;
    }
    return make_parents(house->folder);
}

/* ---- the facilitator's token: made once, kept beside the data, readable by its owner alone ---- */

static bool read_token(struct house *house, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t got = fread(house->token, 1, sizeof house->token - 1, file);
    fclose(file);
    house->token[got] = '\0';
    return got == sizeof house->token - 1;
}

static bool write_token(const struct house *house, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return complain("cannot write", path);
    bool written = write(file, house->token, strlen(house->token)) == (ssize_t)strlen(house->token) && fsync(file) == 0;
    close(file);
    return written ? true : complain("cannot write", path);
}

static bool take_token(struct house *house)
{
    char path[sizeof house->folder + 32];
    unsigned char secret[TOKEN_BYTES];
    if (!house->options.strict)
        return true;
    snprintf(path, sizeof path, "%s/facilitator-token", house->folder);
    if (house->folder[0] && !house->options.fresh && read_token(house, path))
        return true;
    random_secret(secret, sizeof secret);
    hex_encode(secret, sizeof secret, house->token);
    return house->folder[0] ? write_token(house, path) : true;
}

/* ---- the start ---- */

/* Of the services and of the game; free() it. */
static const struct table_def **all_tables(void)
{
    const struct table_def **tables = cloud_tables(services_registry);
    size_t count = 0, games = 0;
    while (tables[count])
        count++;
    while (game_tables[games])
        games++;
    tables = memory_resize(tables, (count + games + 1) * sizeof *tables);
    memcpy(tables + count, game_tables, (games + 1) * sizeof *tables);
    return tables;
}

static bool open_world(struct house *house, char **reterr_why)
{
    const struct options *options = &house->options;
    bool plays = options_are_of_game(options);
    const struct table_def **tables = all_tables();
    uint64_t seed = options->seed;
    if (!options->has_seed)
        random_secret(&seed, sizeof seed);
    struct world_options wanted = { .seed = seed,
                                    .speed = options->speed,
                                    .duration_factor = plays ? 1 : SANDBOX_DURATIONS,
                                    .data_folder = house->folder[0] ? house->folder : NULL,
                                    .fresh = options->fresh,
                                    .catch_up = !plays,
                                    .tables = tables,
                                    .recover = cloud_recover };
    house->world = world_new(&wanted, reterr_why);
    free(tables);
    return house->world != NULL;
}

static bool open_cloud(struct house *house, char **reterr_why)
{
    const struct options *options = &house->options;
    house->cloud = cloud_new(house->world, services_registry, reterr_why);
    if (!house->cloud)
        return false;
    house->cloud->strict = options->strict;
    house->cloud->enforce = options->enforce;
    house->cloud->account = options->account;
    house->cloud->region = options->region;
    house->cloud->identities = &iam_identities;
    return true;
}

static void asked_to_end(void *data);

static void open_loop(struct house *house)
{
    house->loop = loop_new(asked_to_end, house);
    loop_bind(house->loop, house->world);
}

/* One player on this machine, unless teams were asked for. */
static bool is_solo(const struct options *options)
{
    return !options->teams && options_listen_is_loopback(options);
}

static bool open_game(struct house *house, char **reterr_why)
{
    const struct options *options = &house->options;
    if (!options_are_of_game(options))
        return true;
    static const struct game_pictures pictures = { forecast_pictures, forecast_picture, "forecast.forecast.status",
                                                   monitoring_pictures, "sagemaker.monitoring-execution" };
    const struct game_options wanted = { .cloud = house->cloud,
                                         .pictures = &pictures,
                                         .pack = options->pack,
                                         .loop = loop_uv(house->loop),
                                         .speed = options->speed,
                                         .solo = is_solo(options) };
    house->game = game_new(&wanted, reterr_why);
    if (!house->game)
        return false;
    game_set_token(house->game, house->token[0] ? house->token : NULL);
    return true;
}

static bool open_gateway(struct house *house, char **reterr_why)
{
    const struct options *options = &house->options;
    size_t sites = 0;
    if (house->game)
        house->sites[sites++] = game_site(house->game);
    house->sites[sites++] = &picture_site;
    house->sites[sites] = &page_site;
    struct gateway_options wanted = { .address = options->listen,
                                      .port = options->port,
                                      .public_hosts = options->public_hosts,
                                      .sites = house->sites,
                                      .holds = &house->holds,
                                      .token = house->token[0] ? house->token : NULL };
    holds_open(&house->holds, house->world);
    house->gateway = gateway_open(loop_uv(house->loop), house->cloud, &wanted, reterr_why);
    if (house->gateway && house->game) {
        struct web_feed feed = gateway_feed(house->gateway);
        game_set_feed(house->game, &feed);
    }
    return house->gateway != NULL;
}

static void print_endpoint(const struct house *house, char ret_endpoint[320]);

/* Functions' handlers, and the way back for their own calls. */
static bool open_sandboxes(struct house *house, char **reterr_why)
{
    char endpoint[320];
    print_endpoint(house, endpoint);
    struct sandbox_options wanted = { .mode = house->options.lambda,
                                      .holds = &house->holds,
                                      .port = gateway_port(house->gateway),
                                      .endpoint = endpoint };
    house->sandboxes = sandboxes_open(loop_uv(house->loop), house->cloud, &wanted, reterr_why);
    if (!house->sandboxes)
        return false;
    struct gateway_options inner = { .address = sandboxes_cloud_socket(house->sandboxes),
                                     .public_hosts = house->options.public_hosts,
                                     .holds = &house->holds,
                                     .without_house = true };
    house->inner_gateway = gateway_open(loop_uv(house->loop), house->cloud, &inner, reterr_why);
    return house->inner_gateway != NULL;
}

/* A game has somebody who plays it, and where signatures are verified there must be a key: one team where none is named. */
static bool open_teams(struct house *house, char **reterr_why)
{
    const struct options *options = &house->options;
    const char *teams = options->teams;
    if (!teams && (options->strict || options_are_of_game(options)))
        teams = "1";
    return !teams || account_load_teams(house->world, teams, reterr_why);
}

static bool open_house(struct house *house, char **reterr_why)
{
    if (!open_world(house, reterr_why))
        return false;
    open_loop(house);
    if (!open_cloud(house, reterr_why) || !open_teams(house, reterr_why) || !take_token(house) ||
        !open_game(house, reterr_why))
        return false;
    world_recover(house->world);
    return open_gateway(house, reterr_why) && open_sandboxes(house, reterr_why);
}

/* ---- what it says ---- */

static void print_endpoint(const struct house *house, char ret_endpoint[320])
{
    const char *host = house->options.public_hosts[0];
    if (!host)
        host = strcmp(house->options.listen, "0.0.0.0") == 0 ? "127.0.0.1" : house->options.listen;
    snprintf(ret_endpoint, 320, strchr(host, ':') ? "http://[%s]:%d" : "http://%s:%d", host,
             gateway_port(house->gateway));
}

/* Several teams' keys are a sheet to hand out: beside the data, or printed where nothing is kept. */
static bool print_teams(const struct house *house)
{
    char path[sizeof house->folder + 32];
    FILE *sheet = stdout;
    snprintf(path, sizeof path, "%s/teams.csv", house->folder);
    if (house->folder[0]) {
        int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        sheet = file < 0 ? NULL : fdopen(file, "w");
        if (!sheet)
            return complain("cannot write", path);
        printf("The keys of %zu teams: %s\n", account_count(house->world), path);
    }
    char endpoint[320];
    print_endpoint(house, endpoint);
    fprintf(sheet, "name,account,access_key_id,secret_access_key%s\n", house->game ? ",page" : "");
    for (size_t i = 0; i < account_count(house->world); i++) {
        const struct account *team = account_at(house->world, i);
        const struct access_key *key = account_team_key(house->world, str_of(team->id));
        fputc('"', sheet);
        for (const char *at = team->name; *at; at++)
            fprintf(sheet, *at == '"' ? "\"\"" : "%c", *at);
        fprintf(sheet, "\",%s,%s,%s", team->id, key->id, key->secret);
        if (house->game)
            fprintf(sheet, ",%s" PAGE "#token=%s", endpoint, game_page_token(house->game, team->id));
        fputc('\n', sheet);
    }
    if (sheet != stdout)
        fclose(sheet);
    return true;
}

/* Who plays alone on this machine needs no token for the page. */
static void print_page(const struct house *house, const char *endpoint)
{
    if (!house->game)
        return;
    if (is_solo(&house->options))
        printf("  The game's page: %s" PAGE "\n\n", endpoint);
    else
        printf("  The facilitator's page: %s" PAGE "#token=%s\n\n", endpoint, house->token);
}

static bool print_ready(const struct house *house)
{
    char endpoint[320];
    const char *id = "test", *secret = "test";
    print_endpoint(house, endpoint);
    printf("Rehearse %s, a practice cloud: %s, %s\n\n", REHEARSE_VERSION,
           house->game ? game_pack(house->game) : house->options.pack, endpoint);
    if (!options_listen_is_loopback(&house->options))
        printf("It speaks plain HTTP: whoever shares the network can read it. Put TLS in front of it.\n\n");
    if (account_count(house->world) > 0) {
        const struct access_key *key = account_team_key(house->world, str_of(account_at(house->world, 0)->id));
        id = key->id;
        secret = key->secret;
    }
    printf("  export AWS_ENDPOINT_URL=%s\n"
           "  export AWS_ACCESS_KEY_ID=%s\n"
           "  export AWS_SECRET_ACCESS_KEY=%s\n"
           "  export AWS_DEFAULT_REGION=%s\n"
           "  export AWS_DISABLE_HOST_PREFIX_INJECTION=true\n\n",
           endpoint, id, secret, house->options.region);
    print_page(house, endpoint);
    if ((house->options.teams || (house->game && !is_solo(&house->options))) && !print_teams(house))
        return false;
    if (house->game && game_is_over(house->game))
        printf("This game is over. A new one begins with --fresh.\n");
    if (house->folder[0])
        printf("Data: %s\n", house->folder);
    if (house->token[0] && house->folder[0])
        printf("The facilitator's token: %s/facilitator-token\n", house->folder);
    else if (house->token[0])
        printf("The facilitator's token: %s\n", house->token);
    printf("Ready.\n");
    fflush(stdout);
    return true;
}

/* ---- the end ---- */

static void sandboxes_have_closed(void *data)
{
    struct house *house = data;
    loop_stop(house->loop);
}

static void inner_gateway_has_closed(void *data)
{
    struct house *house = data;
    house->inner_gateway = NULL;
    if (house->sandboxes)
        sandboxes_close(house->sandboxes, sandboxes_have_closed, house);
    else
        loop_stop(house->loop);
}

static void gateway_has_closed(void *data)
{
    struct house *house = data;
    house->gateway = NULL;
    if (house->game)
        game_set_feed(house->game, &(struct web_feed){ 0 });
    if (house->inner_gateway)
        gateway_close(house->inner_gateway, 0, inner_gateway_has_closed, house);
    else
        inner_gateway_has_closed(house);
}

static void asked_to_end(void *data)
{
    struct house *house = data;
    gateway_close(house->gateway, GRACE_MS, gateway_has_closed, house);
}

static void close_house(struct house *house)
{
    game_free(house->game);
    if (house->holds.world)
        holds_close(&house->holds);
    if (house->cloud)
        cloud_free(house->cloud);
    if (house->world)
        world_free(house->world);
    if (house->loop)
        loop_free(house->loop);
    sandboxes_free(house->sandboxes);
    machine_cache_clear();
    policy_cache_clear();
    nlu_forget_models();
}

static int run(const struct options *options)
{
    struct house house = { .options = *options };
    char *why = NULL;
    bool good = choose_folder(&house) && open_house(&house, &why);
    if (good && print_ready(&house))
        loop_run(house.loop);
    else
        good = false;
    if (why)
        fprintf(stderr, "rehearse: %s\n", why);
    free(why);
    if (!good && house.gateway) {
        asked_to_end(&house);
        loop_run(house.loop);
    }
    close_house(&house);
    return good ? 0 : 1;
}

static int check(const struct options *options)
{
    char *why = NULL;
    const struct table_def **tables = all_tables();
    const struct check_options wanted = { .pack = options->pack,
                                          .seed = options->seed,
                                          .json = options->json,
                                          .services = services_registry,
                                          .identities = &iam_identities,
                                          .tables = tables };
    bool good = check_pack(&wanted, &why);
    if (why)
        fprintf(stderr, "rehearse: %s\n", why);
    free(why);
    free(tables);
    machine_cache_clear();
    policy_cache_clear();
    nlu_forget_models();
    return good ? 0 : 1;
}

int main(int count, char **words)
{
    struct options options;
    char *why = NULL;
    if (count == 2 && strcmp(words[1], "pack-host") == 0)
        pack_host_run();
    if (!options_read(count, words, &options, &why)) {
        fprintf(stderr, "rehearse: %s\n", why);
        free(why);
        return 2;
    }
    switch (options.command) {
    case COMMAND_EVAL:
        return eval_command(count - 2, words + 2);
    case COMMAND_GRAPH:
        return graph_command(count - 2, words + 2);
    case COMMAND_CHECK:
        return check(&options);
    case COMMAND_VERSION:
        printf("rehearse %s\n", REHEARSE_VERSION);
        return 0;
    case COMMAND_HELP:
        fputs(options_help(options.topic), stdout);
        return 0;
    case COMMAND_RUN:
        break;
    }
    return run(&options);
}
