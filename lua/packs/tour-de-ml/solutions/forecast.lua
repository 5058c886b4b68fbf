-- How a good team gets to a forecast: it reads the Message, and changes one thing.
local gameday = require "gameday"
local rides = require "rides"

-- A player looks at what failed last.
local function look(team)
  for _, job in ipairs(rides.imports(team)) do
    if job.Status == "CREATE_FAILED" then team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job.DatasetImportJobArn } end
  end
end

-- What comes again wants another name.
local function stamped(name) return name .. "_" .. gameday.now() // 1000 end

local function demand(team) return rides.dataset_of(team, "TARGET_TIME_SERIES").DatasetArn end

return {
  { mends = "wrong-trust", after = "40s", function(team)
    look(team)
    rides.trust(team, "forecast.amazonaws.com")
    rides.import(team, "again", demand(team), "history/rides.csv")
  end },
  { mends = "turned-columns", after = "40s", function(team)
    look(team)
    team.forecast.DescribeDataset { DatasetArn = demand(team) }
    rides.use(team, rides.arn(team, "dataset/rides_demand"), rides.prices_dataset(team))
    rides.import(team, "in_order", demand(team), "history/rides.csv")
  end },
  { mends = "slashes", after = "40s", function(team)
    look(team)
    local lines = {}
    for line in team:download(rides.path(team, "history/rides.csv")):gmatch "[^\n]+" do lines[#lines + 1] = line:gsub("/", "-") end
    team:upload(rides.path(team, "history/rides.csv"), table.concat(lines, "\n") .. "\n")
    rides.import(team, "readable", demand(team), "history/rides.csv")
  end },
  { mends = "far-sight", after = "40s", function(team)
    local failed = rides.train(team, "first")
    team.forecast.DescribeAutoPredictor { PredictorArn = failed.PredictorArn }
    rides.write_recipe(team, 21)
    rides.train(team, "nearer")
  end },
  { mends = "short-prices", after = "40s", function(team)
    team.forecast.DescribeAutoPredictor { PredictorArn = rides.predictor(team).PredictorArn }
    rides.import(team, "plan", rides.prices_dataset(team), "prices/plan.csv")
    local trained = rides.train(team, "second")
    rides.foresee(team, "rides", trained.PredictorArn)
  end },
  { mends = "replaced", after = "60s", function(team)
    for _, job in ipairs(rides.imports(team, demand(team))) do
      team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job.DatasetImportJobArn }
    end
    rides.import(team, stamped "all_again", demand(team), "history/rides.csv")
    rides.foresee(team, stamped "rides_again", rides.predictor(team).PredictorArn)
  end },
  { mends = "lanterns", after = "60s", function(team)
    look(team)
    for _, job in ipairs(rides.imports(team, demand(team))) do
      team.forecast.DescribeDatasetImportJob { DatasetImportJobArn = job.DatasetImportJobArn }
    end
    local rows = {}
    for row in team:download(rides.path(team, "history/rides.csv")):gmatch "[^\n]+" do
      local day = row:match ",(%d+-%d+-%d+),"
      rows[#rows + 1] = day >= "2026-11-05" and day <= "2026-11-08" and row:gsub("0$", "") or row
    end
    team:upload(rides.path(team, "history/rides.csv"), table.concat(rows, "\n") .. "\n")
    rides.renew(team, "by_daylight")
  end },
  { mends = "new-city", after = "60s", function(team)
    pcall(team.forecastquery.QueryForecast, { ForecastArn = rides.forecast(team).ForecastArn, Filters = { item_id = "ulsan" } })
    local cities = rides.make_cities_dataset(team)
    rides.import(team, "cities", cities, "cities/cities.csv")
    rides.use(team, demand(team), rides.prices_dataset(team), cities)
    local trained = rides.train(team, "with_cities")
    rides.foresee(team, "rides_with_ulsan", trained.PredictorArn)
  end },
  { mends = "standstill", after = "90s", function(team)
    team.forecast.ListForecasts {}
    rides.foresee(team, stamped "afoot", rides.predictor(team, "ACTIVE").PredictorArn)
  end },
}
