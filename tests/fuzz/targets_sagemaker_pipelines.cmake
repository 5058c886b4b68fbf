fuzz(pipeline service_sagemaker)
