-- What the CTO has to say about the forecast.
local gameday = require "gameday"

return {
  gameday.story {
    id = "forecast-empty",
    message = {
      en = "About the fleet: yesterday we sent forty unicorns to a city that wanted four. The planner guesses, since there is no forecast. " ..
           "Our history is in S3. Somebody only has to get it into Amazon Forecast, they said. They said that a year ago.",
      ko = "배차 이야기예요. 어제 네 마리를 원한 도시에 마흔 마리를 보냈어요. 예측이 없으니 담당자가 찍고 있거든요. 기록은 S3에 있습니다. Amazon " ..
           "Forecast에 넣기만 하면 된다고 했는데, 그 말이 1년 전이네요.",
    },
  },
  gameday.story {
    id = "forecast-tidy",
    message = { level = "warning",
      en = "A colleague from finance has refreshed the demand data with last week's numbers and cleaned up the old forecasts. Fresh is good, he " ..
           "says. The planner has stopped talking to him.",
      ko = "재무팀 동료가 지난주 숫자로 수요 데이터를 새로 고치고 오래된 예측을 정리했대요. 신선한 게 좋은 거라면서요. 배차 담당자는 그 동료와 말을 안 합니다.",
    },
  },
  gameday.story {
    id = "forecast-ulsan",
    message = { level = "warning",
      en = "We have opened in Ulsan! Nobody there has ever ridden a unicorn, so there is no history. The planner wants numbers all the same. " ..
           "I have put what we know about our cities into the bucket, under cities/.",
      ko = "울산에 문을 열었습니다! 거기서는 아무도 유니콘을 타 본 적이 없으니 기록이 없어요. 그래도 담당자는 숫자를 원합니다. 우리 도시들에 대해 아는 것을 " ..
           "버킷의 cities/에 넣어 두었어요.",
    },
  },
  gameday.story {
    id = "forecast-last",
    message = { level = "good",
      en = "Fifteen more minutes, one day and a half for the fleet. The planner says that your p10 is more honest than most people she knows.",
      ko = "15분, 배차로는 하루 반이 남았어요. 담당자가 여러분의 p10이 자기가 아는 대부분의 사람보다 정직하대요.",
    },
  },
}
