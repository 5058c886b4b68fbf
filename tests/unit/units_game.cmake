unit(score game)
unit(game game)
unit(game_packs game)
unit(session game)
