fuzz(sigv4 aws)
