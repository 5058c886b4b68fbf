fuzz(zip_directory service_lambda)
