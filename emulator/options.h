/* The command line: rehearse run | new | play | check | eval | graph | version | help. What it says is checked here, whole, before anything starts. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/lambda_mode.h"

enum command {
    COMMAND_RUN,
    COMMAND_NEW,
    COMMAND_PLAY,
    COMMAND_CHECK,
    COMMAND_EVAL,
    COMMAND_GRAPH,
    COMMAND_VERSION,
    COMMAND_HELP
};

#define PUBLIC_HOSTS_MOST 16

struct options {
    enum command command;
    const char *topic; /* help COMMAND; NULL: all */
    const char *pack;  /* "sandbox", a name in lua/packs, or a folder (what holds a '/'); new: the pack's name */
    const char *in;    /* new: the folder to make it in; NULL: this one */
    int port;          /* 0: any free one */
    const char *listen;
    const char *public_hosts[PUBLIC_HOSTS_MOST + 1]; /* NULL-terminated */
    const char *data;                                /* NULL: the default folder */
    bool memory, fresh;
    double speed; /* 0: not said */
    bool has_seed;
    uint64_t seed;
    const char *teams;    /* a number or a CSV file; NULL: one account */
    size_t team_count;    /* check, play: so many; 0: not said */
    bool strict, enforce; /* where nothing is said: in a game, not in the sandbox */
    bool has_strict, has_enforce;
    bool json; /* check: the report as JSON */
    enum lambda_mode lambda;
    const char *account, *region;
};

/* False: *reterr_why is one line, free() it; the process then ends with 2. */
bool options_read(int count, char **words, struct options *ret_options, char **reterr_why);
/* The text of `rehearse help [COMMAND]`; NULL: no such command. */
const char *options_help(const char *topic_or_null);
bool options_are_of_game(const struct options *options); /* of a pack, not of the sandbox */
bool options_listen_is_loopback(const struct options *options);

#endif
