/* Decks: faults that are drawn like cards, in an order of the seed that is the same for all teams, none twice. At each draw every
 * team gets its next one; the team in front gets `leader` more, and each one more for every `ahead` points that it has before
 * the middle of the board. Where a deck is of what is solved, a card of a challenge that a team has not solved yet, or in which
 * something stands, is put aside and comes later; the team gets the next one. Row "game.beat" (deck/id): cards (places in the deck, in the order of drawing), next_at
 * (null: over), until, drawn (account → how many), aside (account → their numbers). */
#ifndef GAME_DECK_H
#define GAME_DECK_H

#include "world/clock.h"

struct game;

struct deck {
    struct game *game;
    size_t place;
    struct timer timer;
};

void deck_begin(struct game *game, const char *id,
                int64_t until_ms); /* the first draw is now; one that is under way goes on */
/* Nothing where it has begun before, over or not. */
void deck_begin_once(struct game *game, const char *id, int64_t until_ms);
void decks_resume(struct game *game); /* from rows */
void decks_stop(struct game *game);

#endif
