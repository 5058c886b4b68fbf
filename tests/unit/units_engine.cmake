unit(engine services)
unit(engine_waits services)
