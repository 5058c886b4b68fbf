/* What this process does, in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/): the process, the
 * cloud's calls, the store, connections; and whatever sites add (web_site.measure). */
#ifndef NET_METER_H
#define NET_METER_H

#include "net/house.h"

void meter_write(const struct house *house, struct buf *text);

#endif
