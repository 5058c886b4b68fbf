/* `rehearse faults`: the shelf of ready faults (lua/gameday/faults).
 *
 *     rehearse faults [WORDS]… [--json]     those in which all the words are found, one a line; without words all
 *     rehearse faults ID [--json]           one in full
 *
 * 0; where nothing is found, or the shelf cannot be read: 1; a command that makes no sense: 2. */
#ifndef FAULTS_H
#define FAULTS_H

/* The words behind "faults"; returns the exit status. */
int faults_command(int count, char **words);

#endif
