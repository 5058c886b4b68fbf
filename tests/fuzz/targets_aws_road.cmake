fuzz(sigv4 aws)
fuzz(aws_chunked aws)
