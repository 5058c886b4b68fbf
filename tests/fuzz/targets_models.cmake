fuzz(decode service_iam)
target_link_libraries(fuzz_decode PRIVATE service_stepfunctions)
fuzz(rest service_s3)
target_link_libraries(fuzz_rest PRIVATE service_lambda)
