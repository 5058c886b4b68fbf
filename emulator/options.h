/* The command line: rehearse run | check | replay | eval | graph | version | help. What it says is checked here, whole, before anything starts. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/lambda_mode.h"

enum command { COMMAND_RUN, COMMAND_CHECK, COMMAND_REPLAY, COMMAND_EVAL, COMMAND_GRAPH, COMMAND_VERSION, COMMAND_HELP };

#define PUBLIC_HOSTS_MOST 16

struct options {
    enum command command;
    const char *topic; /* help COMMAND; NULL: all */
    const char *pack;  /* "sandbox", a name in lua/packs, or a folder (what holds a '/'); replay: the record's file */
    int port;          /* 0: any free one */
    const char *listen;
    const char *public_hosts[PUBLIC_HOSTS_MOST + 1]; /* NULL-terminated */
    const char *data;                                /* NULL: the default folder */
    bool memory, fresh;
    double speed; /* 0: not said */
    bool has_seed;
    uint64_t seed;
    const char *teams;    /* a number or a CSV file; NULL: one account */
    bool strict, enforce; /* where nothing is said: in a game, not in the sandbox */
    bool has_strict, has_enforce;
    bool json; /* check: the report as JSON */
    enum lambda_mode lambda;
    /* Of a contest, in ms; -1: as the pack says. */
    int64_t begins_in_ms; /* -1: by the facilitator's hand */
    int64_t duration_ms, warm_up_ms, lock_ms, freeze_ms;
    const char *record; /* a file; "off"; NULL: beside the data */
    bool log_json;
    int64_t at_ms; /* replay: so long after the record's beginning */
    const char *account, *region;
};

/* False: *reterr_why is one line, free() it; the process then ends with 2. */
bool options_read(int count, char **words, struct options *ret_options, char **reterr_why);
/* The text of `rehearse help [COMMAND]`; NULL: no such command. */
const char *options_help(const char *topic_or_null);
bool options_are_of_game(const struct options *options); /* of a pack, not of the sandbox */
bool options_listen_is_loopback(const struct options *options);

#endif
