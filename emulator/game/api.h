/* The page's API: endpoints under /_rehearse/ (base/web.h). Who may: session.h. What comes back: view.h. */
#ifndef GAME_API_H
#define GAME_API_H

#include "base/web.h"

extern const struct web_endpoint api_endpoints[]; /* their data: the game */

#endif
