fuzz(jsonpath service_stepfunctions)
fuzz(intrinsic service_stepfunctions)
fuzz(picture service_stepfunctions)
fuzz(items service_stepfunctions)
