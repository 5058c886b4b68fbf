fuzz(forecast service_forecast)
