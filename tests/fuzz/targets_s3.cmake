fuzz(s3_form service_s3)
