unit(s3_objects services)
