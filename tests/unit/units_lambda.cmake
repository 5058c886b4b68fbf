unit(invocation aws)
unit(lambda services)
unit(zip_directory service_lambda)
unit(sandbox_folder sandbox)
