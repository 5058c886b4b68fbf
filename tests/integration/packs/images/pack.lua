-- A pack that is there for its images alone: what steps of EMR and of notebooks are run by.
local gameday = require "gameday"

return gameday.pack {
  id = "images", title = { en = "Images", ko = "이미지" }, duration = "8h",
  guide = { en = "guide.en.md", ko = "guide.ko.md" },

  gameday.image("s3://jobs/count.jar", function(job)
    if job.arguments[1] == "nothing" then error("there is nothing to count") end
    print("counted " .. job.arguments[1])
    return { exit_code = 0 }
  end),
  gameday.image("notebooks", function(job) return { exit_code = job.task == "process" and 0 or 1 } end),
}
