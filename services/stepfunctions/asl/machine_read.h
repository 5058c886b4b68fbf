/* From text to machine; machine.c keeps and counts what comes out. */
#ifndef ASL_MACHINE_READ_H
#define ASL_MACHINE_READ_H

#include "services/stepfunctions/asl/machine.h"

/* Fills *ret_machine from a definition; everything lives in `arena`, the findings in `diagnostics_arena`. False: it
 * cannot run. `lone`: it has one state, which may lead to others that are not there. *ret_references: {"State": ["name"]}, NULL: no state reads a variable. */
bool machine_build(struct arena *arena, struct str definition, enum machine_kind kind, bool lone,
                   struct arena *diagnostics_arena, struct machine *ret_machine, const cJSON **ret_references,
                   const struct diagnostic **ret_diagnostics);

#endif
