unit(forecast_calendar service_forecast)
unit(forecast_local service_forecast)
unit(forecast_job service_forecast)
