#include "services/forecastquery/service.h"

#include "services/forecast/query.h"
#include "services/forecastquery/forecastquery_model.h"

static enum outcome query_forecast(struct call *call)
{
    return forecast_query(call, &kind_forecast, &FORECASTQUERY_RESOURCE_NOT_FOUND_EXCEPTION,
                          &FORECASTQUERY_RESOURCE_IN_USE_EXCEPTION, &FORECASTQUERY_INVALID_INPUT_EXCEPTION,
                          &FORECASTQUERY_INVALID_NEXT_TOKEN_EXCEPTION);
}

static enum outcome query_what_if_forecast(struct call *call)
{
    return forecast_query(call, &kind_what_if, &FORECASTQUERY_RESOURCE_NOT_FOUND_EXCEPTION,
                          &FORECASTQUERY_RESOURCE_IN_USE_EXCEPTION, &FORECASTQUERY_INVALID_INPUT_EXCEPTION,
                          &FORECASTQUERY_INVALID_NEXT_TOKEN_EXCEPTION);
}

static const operation_fn handlers[FORECASTQUERY_OPERATIONS] = {
    [FORECASTQUERY_QUERY_FORECAST] = query_forecast,
    [FORECASTQUERY_QUERY_WHAT_IF_FORECAST] = query_what_if_forecast,
};

static const struct table_def *const tables[] = { &forecast_answer_table, NULL };

const struct service forecastquery_service = { .model = &forecastquery_model, .handlers = handlers, .tables = tables };
