/* `rehearse eval`: an author's expression against an author's document.
 *
 *     rehearse eval --jsonata EXPR [--bind NAME=JSON]… [FILE|-]
 *     rehearse eval --jsonpath PATH [--bind NAME=JSON]… [FILE|-]
 *     rehearse eval --intrinsic EXPR [--bind NAME=JSON]… [FILE|-]
 *
 * The result goes to stdout as JSON: 0. What is undefined prints nothing: 3. An error is one line of JSON on stderr, with code,
 * position, token and message: 1. A command that makes no sense: 2. */
#ifndef EVAL_H
#define EVAL_H

/* The words behind "eval"; returns the exit status. */
int eval_command(int count, char **words);

#endif
