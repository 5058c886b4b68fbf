unit(http net)
