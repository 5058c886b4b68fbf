fuzz(jsonata service_stepfunctions)
