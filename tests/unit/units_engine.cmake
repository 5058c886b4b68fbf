unit(engine services)
unit(engine_waits services)
unit(engine_jsonata services)
unit(trial services)
