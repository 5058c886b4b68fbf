/* Findings about a definition, gathered while it is read, and where in it they stand. */
#ifndef ASL_DIAGNOSTICS_H
#define ASL_DIAGNOSTICS_H

#include "services/stepfunctions/asl/machine.h"

/* A place in the definition: linked through the reader's stack, printed only when there is something to say.
 * { states, "Choices", 0 } is "…/Choices[0]". */
struct spot {
    const struct spot *outer; /* NULL: the definition itself */
    const char *name;
    int index; /* -1: no element of an array */
};

#define SPOT(outer_spot, member)                  (&(struct spot){ (outer_spot), (member), -1 })
#define SPOT_ELEMENT(outer_spot, member, element) (&(struct spot){ (outer_spot), (member), (element) })

extern const char SCHEMA_VALIDATION_FAILED[];

/* The way from `outer` to `spot`: "Choices[0]/Condition". */
char *spot_within(struct arena *arena, const struct spot *spot, const struct spot *outer);

struct diagnostics {
    struct arena *arena; /* where they live */
    struct diagnostic *first, *last;
    size_t errors, warnings; /* all that were found; at most DIAGNOSTICS_KEPT of each are kept */
};

#define DIAGNOSTICS_KEPT 101 /* one more than ValidateStateMachineDefinition answers, so that it knows of more */

/* SCHEMA_VALIDATION_FAILED, which is what AWS calls most of them. */
__attribute__((format(printf, 3, 4))) void diagnose(struct diagnostics *diagnostics, const struct spot *spot,
                                                    const char *format, ...);
/* `spot_or_null`: NULL where AWS names no place. */
__attribute__((format(printf, 4, 5))) void diagnose_as(struct diagnostics *diagnostics, const char *code,
                                                       const struct spot *spot_or_null, const char *format, ...);
/* `tail`: what follows behind the spot, "/x/0"; may be empty. */
void diagnose_at(struct diagnostics *diagnostics, const char *code, const struct spot *spot, const char *tail,
                 const char *message);
__attribute__((format(printf, 4, 5))) void diagnose_warning(struct diagnostics *diagnostics, const char *code,
                                                            const struct spot *spot, const char *format, ...);
/* With a place that is none in the definition: where its text stops being JSON. */
void diagnose_text(struct diagnostics *diagnostics, const char *code, const char *location_or_null,
                   const char *message);
/* `more` behind `diagnostics`; both live in one arena. */
void diagnostics_append(struct diagnostics *diagnostics, const struct diagnostics *more);

#endif
