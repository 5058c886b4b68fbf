unit(forecast services)
unit(forecast_import service_forecast)
