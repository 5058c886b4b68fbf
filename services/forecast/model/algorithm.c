#include "services/forecast/model/forecast_model.h"

#include <string.h>

static const char *const names[] = {
    [FORECAST_SEASONAL_NAIVE] = "Seasonal naive",
    [FORECAST_ETS] = "ETS",
    [FORECAST_ARIMA] = "ARIMA",
    [FORECAST_NPTS] = "NPTS",
    [FORECAST_PROPHET] = "Prophet",
    [FORECAST_CNN_QR] = "CNN-QR",
    [FORECAST_DEEP_AR_PLUS] = "Deep_AR_Plus",
    [FORECAST_AUTO] = "AutoPredictor",
};

const char *forecast_algorithm_name(enum forecast_algorithm algorithm)
{
    return names[algorithm];
}

bool forecast_algorithm_of_arn(const char *arn, enum forecast_algorithm *ret_algorithm)
{
    static const char prefix[] = "arn:aws:forecast:::algorithm/";
    if (strncmp(arn, prefix, sizeof prefix - 1) != 0)
        return false;
    const char *name = arn + sizeof prefix - 1;
    for (int a = FORECAST_ETS; a < FORECAST_ALGORITHMS; a++)
        if (strcmp(names[a], name) == 0) {
            *ret_algorithm = (enum forecast_algorithm)a;
            return true;
        }
    *ret_algorithm = FORECAST_DEEP_AR_PLUS;
    return strcmp(name, "Deep_AR") == 0;
}
