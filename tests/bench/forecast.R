# What R's package forecast makes of the same series as bench_forecast: mean sMAPE of ets() and auto.arima(), and of stlf() with
# either where the season is longer than 24.
#     Rscript forecast.R FILE.csv SEASON HORIZON [ITEMS]      the first ITEMS of the file's, else all
#     Rscript forecast.R --real FOLDER                        writes series that come with R, to measure both by
suppressMessages(library(forecast))
given <- commandArgs(TRUE)

write_real <- function(folder) {
  shown <- function(y, from, by) data.frame(timestamp = format(seq(as.Date(from), by = by, length.out = length(y)), "%Y-%m-%d 00:00:00"), target_value = as.numeric(y))
  bound <- function(series, by) do.call(rbind, lapply(names(series), function(n) cbind(item_id = n, shown(series[[n]], "1950-01-01", by))))
  save <- function(data, name) write.csv(data, file.path(folder, name), row.names = FALSE, quote = FALSE)
  save(bound(list(AirPassengers = AirPassengers, USAccDeaths = USAccDeaths, co2 = co2, nottem = nottem, ldeaths = ldeaths,
                  UKDriverDeaths = UKDriverDeaths, gas = gas, wineind = wineind), "month"), "real_monthly.csv")
  save(bound(list(Nile = Nile, lynx = lynx, LakeHuron = LakeHuron, WWWusage = WWWusage, discoveries = discoveries), "year"), "real_yearly.csv")
}

smape <- function(actual, mean) {
  size <- abs(actual) + abs(mean)
  100 * mean(ifelse(size > 0, 2 * abs(actual - mean) / size, 0))
}

compare <- function(file, season, horizon, most) {
  data <- read.csv(file)
  ids <- head(unique(data$item_id), most)
  each <- sapply(ids, function(id) {
    values <- data$target_value[data$item_id == id]
    known <- length(values) - horizon
    y <- ts(values[1:known], frequency = season)
    actual <- values[known + 1:horizon]
    by <- function(name, f) if (season > 24) stlf(y, h = horizon, method = name) else forecast(f(y), h = horizon)
    c(ETS = smape(actual, as.numeric(by("ets", ets)$mean)), ARIMA = smape(actual, as.numeric(by("arima", auto.arima)$mean)))
  })
  cat(sprintf('{"items":%d,"ETS":%.4f,"ARIMA":%.4f}\n', length(ids), mean(each["ETS", ]), mean(each["ARIMA", ])))
}

if (given[1] == "--real") write_real(given[2]) else
  compare(given[1], as.numeric(given[2]), as.integer(given[3]), if (length(given) > 3) as.integer(given[4]) else Inf)
