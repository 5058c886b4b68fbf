fuzz(json base)
