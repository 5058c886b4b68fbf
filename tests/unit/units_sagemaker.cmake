unit(sagemaker_data service_sagemaker)
unit(sagemaker_jobs services)
unit(sagemaker_analysis service_sagemaker)
unit(sagemaker_search service_sagemaker)
