unit(script script)
unit(script_load script)
unit(script_fault script)
unit(script_hostile script)
