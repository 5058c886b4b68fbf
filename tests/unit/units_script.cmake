unit(script script)
