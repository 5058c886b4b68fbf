unit(score game)
unit(game game)
unit(session game)
