/* The page: what a browser is shown under /_rehearse/, from the table that the build made of this folder and of the packaged chart
 * library. It is the same for everybody and knows nothing; all that it shows it asks of the API (game/api.h), as anybody may.
 *
 *      GET /_rehearse/       browsers get the page, and where they may have a session fetch their first view beside its files (Link); whoever
 *                            does not ask for HTML is told where the plain lines are
 *      GET /_rehearse/PATH   a file of the table; 304 where the browser has it already, packed where it takes that */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "base/web.h"

extern const struct web_site page_site;

#endif
