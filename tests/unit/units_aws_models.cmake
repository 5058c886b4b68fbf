# The models of the three services and what reads them.
unit(model service_stepfunctions)
target_link_libraries(test_model PRIVATE service_iam service_sts)
target_compile_definitions(test_model PRIVATE MODELC="$<TARGET_FILE:modelc>")
unit(validate service_stepfunctions)
target_link_libraries(test_validate PRIVATE service_iam)
unit(json_rpc service_stepfunctions)
unit(query service_iam)
target_link_libraries(test_query PRIVATE service_sts)
