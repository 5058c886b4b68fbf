// Three cheats at tour-de-ml, each tried by a player of its own in a copy of the pack that `rehearse check` plays: none of them pays.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { binary, root } from './emulator.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tour-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const players = {
    // What the customers ask for is taken away, so that nothing can fail; and what a judge looks for is taken out of its sight.
    deleter: `
      { id = "delete", after = "1m", function(team)
        local intent = chatbot.find_intent(team, "ko_KR", "Book")
        local draft = chatbot.draft(team, "ko_KR")
        for _, slot in ipairs(chatbot.slots_of(team, "ko_KR", intent.intentId)) do
          team.lexv2.DeleteSlot { botId = draft.botId, botVersion = "DRAFT", localeId = "ko_KR", intentId = intent.intentId, slotId = slot.slotId }
        end
        gameday.wait "2m"
        pcall(team.lexv2.DeleteBot, { botId = chatbot.bot(team), skipResourceInUseCheck = true })
        pcall(team.lambda.DeleteFunction, { FunctionName = "unicorn-desk" })
        pcall(team.states.DeleteStateMachine, { stateMachineArn = team.machine "vip-retrain" })
        pcall(team.sagemaker.DeletePipeline, { PipelineName = "vip-model", ClientRequestToken = string.rep("x", 32) })
        pcall(team.forecast.DeleteDatasetGroup, { DatasetGroupArn = rides.group(team) })
      end },
      { id = "deleted", after = "40m", function(team) tell(#team:status().solved, team:status().score) end },`,
    // What was true in the first hour is told again in the second, when the concierge uses another model, and a right answer twice.
    replayer: `
      { id = "before", after = "58m", function(team)
        local line = report.line(team)
        team:remember("line", line)
        local first = team:answer("report-1", line)
        tell(first, (pcall(team.answer, team, "report-1", line)))
      end },
      { id = "after", after = "60m", function(team) tell(team:answer("report-2", team:recall "line")) end },
      table.unpack(require "solutions.vip"),`,
    // The labels are written by hand, so that any model is perfect on them: the pipeline registers it, the concierge knows better.
    labeller: `
      table.unpack(labels),`,
};
const prelude = `
local gameday = require "gameday"
local chatbot, rides, vip, report = require "chatbot", require "rides", require "vip", require "report"
local labels = {}

-- What is raised stands among the problems of the check.
local function tell(...)
  local words = table.pack(...)
  for i = 1, words.n do words[i] = tostring(words[i]) end
  error("TOLD " .. table.concat(words, " "), 0)
end

for _, step in ipairs(require "solutions.vip") do
  if step.mends ~= "vip-label-last" then labels[#labels + 1] = step end
end
labels[#labels + 1] = { mends = "vip-label-last", after = "2m", function(team)
  local rows = {}
  for i = 1, 200 do rows[i] = i % 2 .. "," .. i % 2 .. ",1,1,1,1,1" end
  for _, name in ipairs { "train", "validation" } do
    team:upload("s3://" .. team.name "vip" .. "/current/" .. name .. "/customers.csv", table.concat(rows, "\\n") .. "\\n")
  end
  team:run("vip-retrain", {}, "5m")
  local registered = #vip.packages(team, "Approved") > 0
  gameday.wait "10m"
  local before = team:status().score
  gameday.wait "20m"
  tell(registered, #team:status().solved, team:status().score <= before)
end }
`;

let said, checked;
before(() => {
    cpSync(join(root, 'lua/packs/tour-de-ml'), folder, { recursive: true });
    const pack = readFileSync(join(folder, 'pack.lua'), 'utf8');
    const names = Object.keys(players);
    writeFileSync(join(folder, 'pack.lua'), pack.replace('duration = "3h"', 'duration = "2h"').replace('players = { "clumsy" }', `players = { ${names.map((name) => `"${name}"`)} }`));
    for (const name of names) writeFileSync(join(folder, `${name}.lua`), `${prelude}return gameday.solution { ${players[name]} }\n`);
    const { stdout } = spawnSync(binary, ['check', folder, '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 });
    checked = JSON.parse(stdout);
    said = (name) => checked.problems.filter((one) => one.startsWith(`${name}: `)).map((one) => /TOLD (.*)$/.exec(one)?.[1] ?? one);
});

test('deleting what is asked for mends nothing and solves nothing', () => {
    const [told] = said('deleter');
    const [solved, score] = told.split(' ').map(Number);
    assert.equal(solved, 0);
    assert.ok(score < 0, `${score}`);
});

test('an old answer is no answer', () => {
    assert.deepEqual(said('replayer'), ['true false', 'false']);
});

test('labels written by hand please the pipeline alone', () => {
    assert.deepEqual(said('labeller'), ['true 0 true']);
});
