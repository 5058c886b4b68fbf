/* An ItemReader at work: it asks S3 for what the Map's items stand in, as the execution's role, and puts the items into the item
 * store. Content is read 16 KiB a turn, and fewer where that makes many bytes of items, so a file of any size
 * does not keep others waiting; items of more than 512 MiB are refused.
 *
 *     getObject ───────────────────────▶ bytes ─▶ items            CSV, JSON, JSONL
 *     getObject ─▶ manifest ─▶ files ──▶ bytes ─▶ items            Athena's, S3's inventory
 *     listObjectsV2 ─▶ page ───────────────────▶ items             one for each object
 *     listObjectsV2 ─▶ page ─▶ files ──▶ bytes ─▶ items            LOAD_AND_FLATTEN
 *
 * Nothing of it stands in rows: after a restart the Map reads from the beginning, since none of its children has begun. */
#ifndef ASL_ITEM_READER_H
#define ASL_ITEM_READER_H

#include "services/stepfunctions/asl/engine.h"
#include "services/stepfunctions/asl/item_store.h"

#define ITEM_READER_FAILED "States.ItemReaderFailed"

struct item_reader;

enum reading { READING_GOES_ON, READING_WAITS, READING_DONE, READING_FAILED };

struct item_reader *item_reader_new(struct branch *parent, struct item_store *items);
void item_reader_free(struct item_reader *reader_or_null);
/* One turn. GOES_ON: it wants another; WAITS: the branch is woken; FAILED: *ret_failure. */
enum reading item_reader_step(struct item_reader *reader, struct failure *ret_failure);

#endif
