unit(invocation aws)
unit(lambda services)
