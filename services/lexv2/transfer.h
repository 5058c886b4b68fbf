/* Imports and exports: archives on their way in and out.
 *
 *      CreateUploadUrl ─▶ "lexv2.upload" ◀─ PUT (presign.h) ─ client      CreateExport ─▶ InProgress ─▶ Completed
 *      StartImport ─▶ InProgress ─▶ Completed | Failed                    DescribeExport ─▶ URL ◀─ GET ─ client
 *
 *      lexv2.upload   IMPORT   {"blob": id or absent: nothing came yet, "creationDateTime"}
 *      lexv2.import   IMPORT   DescribeImport's members, "importedResourceType", "importResourceType", "password"
 *      lexv2.export   EXPORT   DescribeExport's members, "exportResourceType", "blob", "password"
 */
#ifndef LEXV2_TRANSFER_H
#define LEXV2_TRANSFER_H

#include "services/lexv2/bot.h"

extern const struct table_def lexv2_upload_table, lexv2_import_table, lexv2_export_table;
extern const struct lifecycle_def lexv2_import_lifecycle, lexv2_export_lifecycle;

#define TRANSFER_URL_SECONDS (5 * 60) /* "The pre-signed URL is valid for 5 minutes" */

/* What is imported or exported, by the member of the specification that says so. */
struct transfer_kind {
    const char *member, *type; /* "botExportSpecification", "Bot" */
};
/* Of a list that ends with an empty one; NULL: the specification says none. */
const struct transfer_kind *transfer_kind_of(const struct transfer_kind *list, const cJSON *specification);

/* A blob's bytes, in the arena; STR_NONE: it is not there, or larger than an archive may be. */
struct str lexv2_blob_bytes(struct world *world, struct arena *arena, struct str id);
/* Keeps bytes as a blob: name it in a row in this turn. False: the machine refused. */
bool lexv2_blob_keep(struct world *world, struct str bytes, char ret_id[17]);

/* What an archive holds becomes resources; the row is the import's, which is told what came of it. False: *reterr_why is one
 * sentence, and nothing is changed. */
bool lexv2_import_apply(struct world *world, struct scope scope, cJSON *import, const cJSON *archive,
                        struct arena *arena, const char **reterr_why);

#endif
