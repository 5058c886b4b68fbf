fuzz(jsonpath service_stepfunctions)
fuzz(intrinsic service_stepfunctions)
fuzz(items service_stepfunctions)
