fuzz(json base)
fuzz(web base)
