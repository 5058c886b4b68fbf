fuzz(execution services)
