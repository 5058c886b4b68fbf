/* rehearse graph: a state machine as a picture. */
#ifndef GRAPH_H
#define GRAPH_H

/* The words behind `graph`; the process's exit status. */
int graph_command(int count, char **words);

#endif
