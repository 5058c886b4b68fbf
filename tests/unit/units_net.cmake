unit(http net)
unit(loop net)
unit(gateway net)
unit(sse net)
