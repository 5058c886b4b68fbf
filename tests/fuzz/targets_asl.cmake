fuzz(jsonpath service_stepfunctions)
fuzz(intrinsic service_stepfunctions)
