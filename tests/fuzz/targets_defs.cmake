fuzz(asl service_stepfunctions)
