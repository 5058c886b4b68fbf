fuzz(filter_pattern service_logs)
fuzz(insights service_logs)
