/* Test sets are kept, and hold no records: nothing here reads conversation logs. Table "lexv2.test_set", key = the id;
 * "lexv2.test_set_generation", key = the generation's id, whose row names the test set that it makes. */
#ifndef LEXV2_TEST_SET_H
#define LEXV2_TEST_SET_H

#include "services/lexv2/bot.h"

extern const struct table_def lexv2_test_set_table, lexv2_generation_table;
extern const struct lifecycle_def lexv2_test_set_lifecycle, lexv2_generation_lifecycle;

#endif
