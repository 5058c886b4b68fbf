unit(http net)
unit(http_stream net)
unit(loop net)
unit(gateway net)
