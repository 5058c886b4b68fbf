unit(s3_objects services)
unit(s3_listing services)
unit(s3_multipart services)
unit(s3_configuration services)
