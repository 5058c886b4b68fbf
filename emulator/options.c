#include "options.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "game/new_pack.h"
#include "game/rehearsal.h"

#define DEFAULT_PACK "tour-de-ml"

static const char help_all[] =
    "rehearse: a practice cloud for GameDays\n"
    "\n"
    "  rehearse run [PACK] [OPTIONS]   starts the cloud and plays a game in it (see: rehearse help run)\n"
    "  rehearse new NAME [--in DIR]    writes a pack that plays at once (see: rehearse help new)\n"
    "  rehearse play PACK [OPTIONS]    plays a pack by commands, on a clock that is stepped (see: rehearse help play)\n"
    "  rehearse check PACK [OPTIONS]   plays a pack's solution and proves its faults (see: rehearse help check)\n"
    "  rehearse eval EXPRESSION …      tries an expression of state machines (see: rehearse help eval)\n"
    "  rehearse graph FILE             draws a state machine (see: rehearse help graph)\n"
    "  rehearse version                prints the version\n"
    "  rehearse help [COMMAND]         prints this, or what a command takes\n";

static const char help_run[] =
    "rehearse run [PACK] [OPTIONS]     PACK: a game, by its name in lua/packs or as a folder (tour-de-ml);\n"
    "                                  sandbox: no game, a plain emulator\n"
    "\n"
    "  --port N            port to listen on (4566; 0: any free one)\n"
    "  --listen ADDRESS    address to listen on (127.0.0.1)\n"
    "  --public-host NAME  a host name under which clients reach it; may be given several times\n"
    "  --data DIR          where data are kept ($XDG_STATE_HOME/rehearse/PACK)\n"
    "  --memory            keep nothing\n"
    "  --fresh             forget what was kept and start anew\n"
    "  --speed X           how fast the emulated clock runs (1)\n"
    "  --seed N            seed of everything random in the emulated world\n"
    "  --teams N|FILE      so many teams, or those of a CSV file with a header: name and, where given, account,\n"
    "                      access_key_id, secret_access_key\n"
    "  --auth open|strict  open: any credentials; strict: signatures are verified (a game: strict,\n"
    "                      sandbox: open)\n"
    "  --iam enforce|off   whether IAM policies are evaluated (a game: enforce, sandbox: off)\n"
    "  --account ID        the account of credentials that name none (000000000000)\n"
    "  --region NAME       the region of clients that name none (us-east-1)\n"
    "  --lambda MODE       sandboxed: functions' handlers run in bubblewrap sandboxes; off: not at all; unsandboxed: "
    "as\n"
    "                      processes of yours that may do whatever you may: for your own code on your own machine "
    "alone\n";

static const char help_new[] =
    "rehearse new NAME [--in DIR]      NAME: letters, digits, '-' and '_', such as my-first-pack\n"
    "\n"
    "Writes a pack that plays at once: a challenge with a probe, a fault, its solution, guides in English and Korean, "
    "and\n"
    "a README.md that says what to edit first. It is a folder NAME in the folder DIR (where you are), which may be "
    "anywhere.\n"
    "Nothing is ever overwritten: where NAME is there already, exit status 1.\n"
    "\n"
    "  --in DIR            the folder to make it in (.)\n";

static const char help_play[] =
    "rehearse play PACK [--seed N] [--teams N]     PACK: a name in lua/packs, or a folder\n"
    "\n"
    "Plays a pack in memory, by commands, on a clock that stands still until it is stepped. Commands are read from "
    "standard\n"
    "input, a line each; the command help lists them. A mistake is told with file and line, and the game goes on.\n"
    "\n"
    "  step 30s            lets the game go on            break FAULT       breaks something\n"
    "  run until mended    … until something is so        mend FAULT        withdraws it, as a facilitator does\n"
    "  solve FAULT         plays the solution's step      probes, faults, challenges, score, feed, calls: what is\n"
    "  call SERVICE OPERATION JSON     a team's own call  reload            plays the edited pack from here on\n"
    "\n"
    "  --seed N            seed of everything random in the emulated world (1)\n"
    "  --teams N           so many teams (1)\n";

static const char help_check[] =
    "rehearse check PACK [--seed N] [--teams N] [--json]     PACK: a name in lua/packs, or a folder\n"
    "\n"
    "Says what looks wrong in the pack as it is written, then plays it in memory, on a stepped clock from the pack's "
    "fixed\n"
    "start date: one team plays the solution, one does nothing, one each is played by the pack's further players. For "
    "each\n"
    "fault: it can be seen after it came, its documented call shows it, the solution mends it, the score comes back, "
    "and\n"
    "nothing else broke with it; the team that does nothing loses; and a second game with the same seed, in a process "
    "of its\n"
    "own, is the same to the byte. The table shows everybody's score over time. Exit status 1 where something is not "
    "so, or\n"
    "the pack has a mistake.\n"
    "\n"
    "  --seed N            seed of everything random in the emulated world (1)\n"
    "  --teams N           so many teams: the first plays the solution, the second nothing, then the pack's players, "
    "and\n"
    "                      the rest the solution again (as many as there are parts to play)\n"
    "  --json              the report as JSON\n";

static const char help_eval[] =
    "rehearse eval --jsonata EXPR | --jsonpath PATH | --intrinsic EXPR [--bind NAME=JSON]… [FILE|-]\n"
    "\n"
    "  --jsonata EXPR      a JSONata expression, such as '$sum(prices)'\n"
    "  --jsonpath PATH     a path, such as '$.prices[0]'\n"
    "  --intrinsic EXPR    an intrinsic function, such as \"States.Format('{}', $.name)\"\n"
    "  --bind NAME=JSON    a variable; may be given several times\n"
    "  FILE                the JSON document that it is asked about; -: standard input\n"
    "\n"
    "The result is printed as JSON; nothing, and exit status 3, where there is none; an error is a line of JSON on\n"
    "standard error, and exit status 1.\n";

static const char help_graph[] = "rehearse graph [--layout] FILE|-\n"
                                 "\n"
                                 "  FILE                a state machine's definition; -: standard input\n"
                                 "  --layout            where everything stands as JSON, in the place of the picture\n"
                                 "\n"
                                 "The picture is printed as SVG: rehearse graph orders.asl.json > orders.svg\n";

static const char help_version[] = "rehearse version                  prints the version\n";
static const char help_help[] = "rehearse help [COMMAND]           prints what a command takes\n";

const char *options_help(const char *topic_or_null)
{
    static const struct {
        const char *topic, *text;
    } topics[] = { { "run", help_run },   { "new", help_new },     { "play", help_play },       { "check", help_check },
                   { "eval", help_eval }, { "graph", help_graph }, { "version", help_version }, { "help", help_help } };
    if (!topic_or_null)
        return help_all;
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (strcmp(topic_or_null, topics[i].topic) == 0)
            return topics[i].text;
    return NULL;
}

__attribute__((format(printf, 2, 3))) static bool refuse(char **reterr_why, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    *reterr_why = strdup(line);
    return false;
}

static bool read_integer(const char *text, int64_t least, int64_t most, int64_t *ret_value)
{
    char *end;
    if (*text == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18)
        return false;
    *ret_value = strtoll(text, &end, 10);
    return *ret_value >= least && *ret_value <= most;
}

/* ---- one function an option: takes its value, says what was expected ---- */

static bool take_port(struct options *options, const char *value, char **reterr_why)
{
    int64_t port;
    if (!read_integer(value, 0, 65535, &port))
        return refuse(reterr_why, "--port wants a number from 0 to 65535, not '%s'", value);
    options->port = (int)port;
    return true;
}

static bool take_listen(struct options *options, const char *value, char **reterr_why)
{
    unsigned char address[16];
    if (inet_pton(AF_INET, value, address) != 1 && inet_pton(AF_INET6, value, address) != 1)
        return refuse(reterr_why, "--listen wants an IP address, not '%s'", value);
    options->listen = value;
    return true;
}

static bool take_public_host(struct options *options, const char *value, char **reterr_why)
{
    size_t count = 0;
    while (options->public_hosts[count])
        count++;
    if (count == PUBLIC_HOSTS_MOST)
        return refuse(reterr_why, "--public-host can be given %d times at most", PUBLIC_HOSTS_MOST);
    if (*value == '\0' || strlen(value) > 253 ||
        strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != strlen(value))
        return refuse(reterr_why, "--public-host wants a host name without a port, not '%s'", value);
    options->public_hosts[count] = value;
    return true;
}

static bool take_data(struct options *options, const char *value, char **reterr_why)
{
    if (*value == '\0')
        return refuse(reterr_why, "--data wants a folder");
    options->data = value;
    return true;
}

static bool take_in(struct options *options, const char *value, char **reterr_why)
{
    if (*value == '\0')
        return refuse(reterr_why, "--in wants a folder");
    options->in = value;
    return true;
}

static bool take_json(struct options *options, const char *value, char **reterr_why)
{
    options->json = true;
    return true;
}

static bool take_memory(struct options *options, const char *value, char **reterr_why)
{
    options->memory = true;
    return true;
}

static bool take_fresh(struct options *options, const char *value, char **reterr_why)
{
    options->fresh = true;
    return true;
}

static bool take_speed(struct options *options, const char *value, char **reterr_why)
{
    char *end;
    double speed = strtod(value, &end);
    if (end == value || *end != '\0' || !isfinite(speed) || speed <= 0 || speed > 10000)
        return refuse(reterr_why, "--speed wants a number above 0, 10000 at most, not '%s'", value);
    options->speed = speed;
    return true;
}

static bool take_seed(struct options *options, const char *value, char **reterr_why)
{
    int64_t seed;
    if (!read_integer(value, 0, INT64_MAX, &seed))
        return refuse(reterr_why, "--seed wants a whole number, not '%s'", value);
    options->seed = (uint64_t)seed;
    options->has_seed = true;
    return true;
}

static bool take_teams(struct options *options, const char *value, char **reterr_why)
{
    if (*value == '\0')
        return refuse(reterr_why, "--teams wants a number of teams or a CSV file");
    options->teams = value;
    return true;
}

static bool take_auth(struct options *options, const char *value, char **reterr_why)
{
    options->strict = strcmp(value, "strict") == 0;
    options->has_strict = true;
    if (!options->strict && strcmp(value, "open") != 0)
        return refuse(reterr_why, "--auth wants open or strict, not '%s'", value);
    return true;
}

static bool take_iam(struct options *options, const char *value, char **reterr_why)
{
    options->enforce = strcmp(value, "enforce") == 0;
    options->has_enforce = true;
    if (!options->enforce && strcmp(value, "off") != 0)
        return refuse(reterr_why, "--iam wants enforce or off, not '%s'", value);
    return true;
}

static bool take_account(struct options *options, const char *value, char **reterr_why)
{
    if (strlen(value) != 12 || strspn(value, "0123456789") != 12)
        return refuse(reterr_why, "--account wants twelve digits, not '%s'", value);
    options->account = value;
    return true;
}

static bool take_region(struct options *options, const char *value, char **reterr_why)
{
    size_t length = strlen(value);
    if (length < 3 || length > 32 || strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") != length ||
        !strchr(value, '-'))
        return refuse(reterr_why, "--region wants a region's name such as us-east-1, not '%s'", value);
    options->region = value;
    return true;
}

static bool take_lambda(struct options *options, const char *value, char **reterr_why)
{
    static const char *const modes[] = {
        [LAMBDA_SANDBOXED] = "sandboxed", [LAMBDA_UNSANDBOXED] = "unsandboxed", [LAMBDA_OFF] = "off"
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        options->lambda = (enum lambda_mode)i;
        if (strcmp(value, modes[i]) == 0)
            return true;
    }
    return refuse(reterr_why, "--lambda wants sandboxed, unsandboxed or off, not '%s'", value);
}

static const struct {
    const char *name;
    bool has_value;
    bool (*take)(struct options *options, const char *value, char **reterr_why);
} taken[] = {
    { "--port", true, take_port },     { "--listen", true, take_listen },  { "--public-host", true, take_public_host },
    { "--data", true, take_data },     { "--memory", false, take_memory }, { "--fresh", false, take_fresh },
    { "--speed", true, take_speed },   { "--seed", true, take_seed },      { "--teams", true, take_teams },
    { "--auth", true, take_auth },     { "--iam", true, take_iam },        { "--account", true, take_account },
    { "--region", true, take_region }, { "--lambda", true, take_lambda },  { "--json", false, take_json },
    { "--in", true, take_in },
};

/* "--name value" or "--name=value"; *place stands at the option's word and ends at its last one. */
static bool read_option(int count, char **words, int *place, struct options *options, char **reterr_why)
{
    char *word = words[*place], *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (strlen(taken[i].name) != length || strncmp(taken[i].name, word, length) != 0)
            continue;
        if (!taken[i].has_value)
            return equals ? refuse(reterr_why, "%s takes no value", taken[i].name)
                          : taken[i].take(options, "", reterr_why);
        const char *value = equals ? equals + 1 : *place + 1 < count ? words[++*place] : NULL;
        return value ? taken[i].take(options, value, reterr_why)
                     : refuse(reterr_why, "%s wants a value", taken[i].name);
    }
    return refuse(reterr_why, "unknown option '%.*s' (rehearse help run lists them)", (int)length, word);
}

bool options_listen_is_loopback(const struct options *options)
{
    return strncmp(options->listen, "127.", 4) == 0 || strcmp(options->listen, "::1") == 0;
}

bool options_are_of_game(const struct options *options)
{
    return strcmp(options->pack, "sandbox") != 0;
}

/* What is wrong with the options as a whole. */
static bool check_run(const struct options *options, char **reterr_why)
{
    if (options->memory && (options->data || options->fresh))
        return refuse(reterr_why, "--memory keeps nothing: it does not go with %s",
                      options->data ? "--data" : "--fresh");
    if (options_listen_is_loopback(options))
        return true;
    /* TRUST section 4: what must be so before anybody else's machine may reach it. */
    if (!options->strict)
        return refuse(reterr_why, "--listen %s reaches beyond this machine: it wants --auth strict", options->listen);
    if (options->lambda == LAMBDA_UNSANDBOXED)
        return refuse(reterr_why, "--lambda unsandboxed lets functions do whatever you may: not with --listen %s",
                      options->listen);
    if (!options->public_hosts[0])
        return refuse(reterr_why, "--listen %s reaches beyond this machine: it wants --public-host NAME",
                      options->listen);
    return true;
}

/* The pack, and the options of a command, which are those of run or some of them. */
static bool read_words(int count, char **words, struct options *options, bool (*fits)(const char *option),
                       char **reterr_why)
{
    bool has_pack = false;
    for (int place = 2; place < count; place++) {
        if (strcmp(words[place], "--help") == 0) {
            options->topic = words[1];
            options->command = COMMAND_HELP;
            return true;
        }
        if (strncmp(words[place], "--", 2) == 0) {
            if (!fits(words[place]))
                return refuse(reterr_why, "%s does not take '%s' (rehearse help %s lists what it takes)", words[1],
                              words[place], words[1]);
            if (!read_option(count, words, &place, options, reterr_why))
                return false;
            continue;
        }
        if (words[place][0] == '-' || has_pack)
            return refuse(reterr_why, "'%s' is one word too many (rehearse help %s says what it takes)", words[place],
                          words[1]);
        options->pack = words[place];
        has_pack = true;
    }
    return true;
}

/* "--seed" and "--seed=7" are both of { "--seed", NULL }. */
static bool is_among(const char *option, const char *const *names)
{
    for (; *names; names++)
        if (strncmp(option, *names, strlen(*names)) == 0 && strchr("=", option[strlen(*names)]))
            return true;
    return false;
}

static bool is_of_run(const char *option)
{
    return !is_among(option, (const char *const[]){ "--json", "--in", NULL });
}

static bool is_of_check(const char *option)
{
    return is_among(option, (const char *const[]){ "--seed", "--teams", "--json", NULL });
}

static bool is_of_play(const char *option)
{
    return is_among(option, (const char *const[]){ "--seed", "--teams", NULL });
}

static bool is_of_new(const char *option)
{
    return is_among(option, (const char *const[]){ "--in", NULL });
}

static bool read_run(int count, char **words, struct options *options, char **reterr_why)
{
    options->pack = DEFAULT_PACK;
    if (!read_words(count, words, options, is_of_run, reterr_why) || options->command == COMMAND_HELP)
        return options->command == COMMAND_HELP;
    options->strict = options->has_strict ? options->strict : options_are_of_game(options);
    options->enforce = options->has_enforce ? options->enforce : options_are_of_game(options);
    return check_run(options, reterr_why);
}

/* A rehearsal has no more teams than this. */
static bool count_teams(struct options *options, char **reterr_why)
{
    int64_t count = 0;
    if (options->teams && !read_integer(options->teams, 1, REHEARSAL_TEAMS_MOST, &count))
        return refuse(reterr_why, "--teams wants a number from 1 to %d here, not '%s'", REHEARSAL_TEAMS_MOST,
                      options->teams);
    options->team_count = (size_t)count;
    return true;
}

static bool read_rehearsal(int count, char **words, struct options *options, bool (*fits)(const char *option),
                           char **reterr_why)
{
    options->pack = NULL;
    options->seed = 1;
    if (!read_words(count, words, options, fits, reterr_why) || options->command == COMMAND_HELP)
        return options->command == COMMAND_HELP;
    if (!options->pack)
        return refuse(reterr_why, "%s wants a pack: a name in lua/packs, or a folder", words[1]);
    if (options->command == COMMAND_PLAY && !options->teams)
        options->teams = "1";
    return count_teams(options, reterr_why);
}

static bool read_check(int count, char **words, struct options *options, char **reterr_why)
{
    options->command = COMMAND_CHECK;
    return read_rehearsal(count, words, options, is_of_check, reterr_why);
}

static bool read_play(int count, char **words, struct options *options, char **reterr_why)
{
    options->command = COMMAND_PLAY;
    return read_rehearsal(count, words, options, is_of_play, reterr_why);
}

static bool read_new(int count, char **words, struct options *options, char **reterr_why)
{
    options->command = COMMAND_NEW;
    options->pack = NULL;
    options->in = ".";
    if (!read_words(count, words, options, is_of_new, reterr_why) || options->command == COMMAND_HELP)
        return options->command == COMMAND_HELP;
    const char *why = options->pack ? new_pack_refuses(options->pack)
                                    : "new wants the pack's name, such as my-first-pack";
    return why ? refuse(reterr_why, "%s", why) : true;
}

bool options_read(int count, char **words, struct options *ret_options, char **reterr_why)
{
    *ret_options = (struct options){
        .pack = DEFAULT_PACK, .port = 4566, .listen = "127.0.0.1", .account = "000000000000", .region = "us-east-1"
    };
    const char *command = count > 1 ? words[1] : "help";
    if (strcmp(command, "run") == 0)
        return read_run(count, words, ret_options, reterr_why);
    if (strcmp(command, "check") == 0)
        return read_check(count, words, ret_options, reterr_why);
    if (strcmp(command, "play") == 0)
        return read_play(count, words, ret_options, reterr_why);
    if (strcmp(command, "new") == 0)
        return read_new(count, words, ret_options, reterr_why);
    if (strcmp(command, "eval") == 0) { /* its words are its own */
        ret_options->command = COMMAND_EVAL;
        return true;
    }
    if (strcmp(command, "graph") == 0) {
        ret_options->command = COMMAND_GRAPH;
        return true;
    }
    if (strcmp(command, "version") == 0 || strcmp(command, "--version") == 0) {
        ret_options->command = COMMAND_VERSION;
        return count <= 2 ? true : refuse(reterr_why, "version takes nothing, not '%s'", words[2]);
    }
    if (strcmp(command, "help") == 0 || strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0) {
        ret_options->command = COMMAND_HELP;
        ret_options->topic = count > 2 ? words[2] : NULL;
        return options_help(ret_options->topic) ? true : refuse(reterr_why, "there is no command '%s'", words[2]);
    }
    return refuse(reterr_why, "there is no command '%s' (rehearse help lists them)", command);
}
