/* What endpoints captured, read back: JSON lines of requests and replies, and the ground truth that users upload for them ("Capture data
 * from real-time endpoint", "Ingest Ground Truth labels and merge them with predictions" of the developer guide). Any thread. */
#ifndef SAGEMAKER_CAPTURE_RECORD_H
#define SAGEMAKER_CAPTURE_RECORD_H

#include "base/map.h"
#include "services/sagemaker/analysis/dataset.h"

/* The labels of ground truth by the event's id or inference id. */
struct truths {
    struct arena *arena;
    struct map *labels; /* struct str, in the arena */
};

void truths_begin(struct truths *truths, struct arena *arena);
void truths_end(struct truths *truths);
/* Lines of {"groundTruthData": {"data": "1", "encoding": "CSV"}, "eventMetadata": {"eventId": …}}. Others are passed over. */
void truths_read(struct truths *truths, struct str text);

struct capture_reading {
    bool inputs, outputs;       /* which sides become columns: those of the output first */
    const struct truths *truth; /* a first column of labels; records without one are left out. NULL: none */
};

/* Adds a row for each record in each line's CSV or JSON. A line that is no captured event, or whose bytes are base64, fails it: why. */
bool capture_read(struct dataset *dataset, struct str text, const struct capture_reading *reading);

#endif
