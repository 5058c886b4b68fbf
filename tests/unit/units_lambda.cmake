unit(lambda services)
