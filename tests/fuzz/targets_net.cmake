fuzz(http net)
