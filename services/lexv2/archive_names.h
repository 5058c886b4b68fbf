/* How archives spell what the API spells otherwise: messageGroupsList for messageGroups, TOP_RESOLUTION for TopResolution. */
#ifndef LEXV2_ARCHIVE_NAMES_H
#define LEXV2_ARCHIVE_NAMES_H

#include "aws/model.h"
#include "base/json.h"

/* A file's content as a structure of the API: members that the shape has, under the API's names, without nulls. What is of
 * another type than the shape wants stays as it is: validation says so. Delete it. */
cJSON *archive_to_api(const cJSON *node, const struct shape *shape);
/* The other way round. */
cJSON *archive_from_api(const cJSON *node, const struct shape *shape);

#endif
