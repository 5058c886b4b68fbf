unit(sagemaker_data service_sagemaker)
unit(sagemaker_jobs services)
unit(lives services)
