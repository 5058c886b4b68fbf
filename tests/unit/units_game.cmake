unit(score game)
unit(game game)
