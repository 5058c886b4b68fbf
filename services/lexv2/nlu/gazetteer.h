/* What the world calls its places and people, as far as the built-in slot types know it: large cities, countries, states and
 * provinces, common names, in English, Korean and Japanese. AWS's lists are longer; a slot that is asked for takes other
 * names too (slot_type.h). */
#ifndef NLU_GAZETTEER_H
#define NLU_GAZETTEER_H

#include <stddef.h>

/* One string a name: spellings of the same in one language parted by '|', the first is how AWS is told; languages by ';'. */
extern const char *const nlu_cities[], *const nlu_countries[], *const nlu_states[], *const nlu_first_names[],
                                                                                        *const nlu_last_names[];

#endif
