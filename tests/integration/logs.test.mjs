// CloudWatch Logs by the SDK: groups, streams, events in order, pages, patterns, queries.
import assert from "node:assert/strict";
import test from "node:test";
import {
  CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, DeleteLogGroupCommand, DeleteLogStreamCommand, DescribeLogGroupsCommand,
  DescribeLogStreamsCommand, DescribeResourcePoliciesCommand, FilterLogEventsCommand, GetLogEventsCommand, GetQueryResultsCommand,
  ListTagsForResourceCommand, PutLogEventsCommand, PutResourcePolicyCommand, PutRetentionPolicyCommand, StartQueryCommand, StopQueryCommand,
  TagResourceCommand, TestMetricFilterCommand, UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { client, start } from "./emulator.mjs";

const emulator = await start();
const logs = new CloudWatchLogsClient(client(emulator));
const send = (Command, input) => logs.send(new Command(input));
const refused = (promise, name, message) =>
  assert.rejects(promise, (error) => error.name === name && (message instanceof RegExp ? message.test(error.message) : error.message === message) || assert.fail(`${error.name}: ${error.message}`));
test.after(() => emulator.kill());

const now = Date.now();
const messages = (input) => send(FilterLogEventsCommand, input).then((page) => page.events.map((event) => event.message));

test("groups: made, listed, tagged, kept so long, deleted", async () => {
  await send(CreateLogGroupCommand, { logGroupName: "/shop/orders", tags: { team: "blue" } });
  await send(CreateLogGroupCommand, { logGroupName: "/shop/prices" });
  await refused(send(CreateLogGroupCommand, { logGroupName: "/shop/orders" }), "ResourceAlreadyExistsException", "The specified log group already exists");
  await refused(send(CreateLogGroupCommand, { logGroupName: "no spaces" }), "InvalidParameterException", /^1 validation error detected: Value 'no spaces' at 'logGroupName' failed to satisfy constraint/);
  await send(PutRetentionPolicyCommand, { logGroupName: "/shop/orders", retentionInDays: 7 });
  await refused(send(PutRetentionPolicyCommand, { logGroupName: "/shop/orders", retentionInDays: 8 }), "InvalidParameterException", /Value '8' at 'retentionInDays'/);
  const { logGroups } = await send(DescribeLogGroupsCommand, { logGroupNamePrefix: "/shop/" });
  assert.deepEqual(logGroups.map((group) => [group.logGroupName, group.retentionInDays]), [["/shop/orders", 7], ["/shop/prices", undefined]]);
  assert.equal(logGroups[0].arn, "arn:aws:logs:us-east-1:000000000000:log-group:/shop/orders:*");
  const resourceArn = logGroups[0].logGroupArn;
  await send(TagResourceCommand, { resourceArn, tags: { stage: "test" } });
  await send(UntagResourceCommand, { resourceArn, tagKeys: ["team"] });
  assert.deepEqual((await send(ListTagsForResourceCommand, { resourceArn })).tags, { stage: "test" });
  const first = await send(DescribeLogGroupsCommand, { logGroupNamePattern: "PRICES" });
  assert.deepEqual(first.logGroups.map((group) => group.logGroupName), ["/shop/prices"]);
  const page = await send(DescribeLogGroupsCommand, { limit: 1 });
  const rest = await send(DescribeLogGroupsCommand, { limit: 1, nextToken: page.nextToken });
  assert.deepEqual([page, rest].map((each) => each.logGroups[0].logGroupName), ["/shop/orders", "/shop/prices"]);
  assert.equal(rest.nextToken, undefined);
  await send(DeleteLogGroupCommand, { logGroupName: "/shop/prices" });
  await refused(send(DeleteLogGroupCommand, { logGroupName: "/shop/prices" }), "ResourceNotFoundException", "The specified log group does not exist.");
});

test("events: written in order, read from both ends, page by page", async () => {
  const at = { logGroupName: "/shop/orders", logStreamName: "today" };
  await refused(send(PutLogEventsCommand, { ...at, logEvents: [{ timestamp: now, message: "x" }] }), "ResourceNotFoundException", "The specified log stream does not exist.");
  await send(CreateLogStreamCommand, at);
  await refused(send(CreateLogStreamCommand, at), "ResourceAlreadyExistsException", "The specified log stream already exists");
  const logEvents = Array.from({ length: 25 }, (_, i) => ({ timestamp: now - 1000 + i, message: `order ${i}` }));
  const put = await send(PutLogEventsCommand, { ...at, logEvents });
  assert.equal(put.rejectedLogEventsInfo, undefined);
  await refused(send(PutLogEventsCommand, { ...at, logEvents: [logEvents[1], logEvents[0]] }), "InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.");
  const refusedTimes = await send(PutLogEventsCommand, { ...at, logEvents: [{ timestamp: now - 15 * 86400e3, message: "old" }] });
  assert.equal(refusedTimes.rejectedLogEventsInfo.tooOldLogEventEndIndex, 1);

  const last = await send(GetLogEventsCommand, { ...at, limit: 10 });
  assert.deepEqual(last.events.map((event) => event.message), logEvents.slice(15).map((event) => event.message));
  const before = await send(GetLogEventsCommand, { ...at, limit: 10, nextToken: last.nextBackwardToken });
  assert.deepEqual(before.events.map((event) => event.message), logEvents.slice(5, 15).map((event) => event.message));
  const end = await send(GetLogEventsCommand, { ...at, nextToken: last.nextForwardToken });
  assert.deepEqual([end.events, end.nextForwardToken], [[], last.nextForwardToken]);
  const head = await send(GetLogEventsCommand, { ...at, startFromHead: true, limit: 3, startTime: now - 998 });
  assert.deepEqual(head.events.map((event) => event.message), ["order 2", "order 3", "order 4"]);
  const some = await send(GetLogEventsCommand, { ...at, startFromHead: true, startTime: now - 998, endTime: now - 996 });
  assert.deepEqual(some.events.map((event) => event.message), ["order 2", "order 3"]);
  await refused(send(GetLogEventsCommand, { ...at, nextToken: "f/1" }), "InvalidParameterException", "The specified nextToken is invalid.");
  const { logStreams } = await send(DescribeLogStreamsCommand, { logGroupName: "/shop/orders", orderBy: "LastEventTime", descending: true });
  assert.deepEqual([logStreams[0].logStreamName, logStreams[0].lastEventTimestamp], ["today", now - 976]);
});

test("FilterLogEvents: streams together in order of time, patterns, pages that lose nothing", async () => {
  const logGroupName = "/shop/filter";
  await send(CreateLogGroupCommand, { logGroupName });
  for (const logStreamName of ["a", "b", "c"]) {
    await send(CreateLogStreamCommand, { logGroupName, logStreamName });
    const logEvents = Array.from({ length: 40 }, (_, i) => ({ timestamp: now + Math.floor(i / 4) * 10, message: `${logStreamName}${i}` }));
    await send(PutLogEventsCommand, { logGroupName, logStreamName, logEvents });
  }
  const all = (await send(FilterLogEventsCommand, { logGroupName })).events;
  assert.equal(all.length, 120);
  assert.ok(all.every((event, i) => i === 0 || event.timestamp >= all[i - 1].timestamp));
  assert.equal(new Set(all.map((event) => event.eventId)).size, 120);
  const paged = [];
  for (let nextToken, page; !page || nextToken; nextToken = page.nextToken) {
    page = await send(FilterLogEventsCommand, { logGroupName, limit: 7, nextToken });
    paged.push(...page.events);
  }
  assert.deepEqual(paged, all);
  assert.deepEqual(await messages({ logGroupName, logStreamNames: ["b"], filterPattern: "b39" }), ["b39"]);
  assert.equal((await messages({ logGroupName, logStreamNamePrefix: "c", startTime: now + 90 })).length, 4);
  await refused(messages({ logGroupName, filterPattern: "{ $.a = " }), "InvalidParameterException", /^Invalid filter pattern/);
});

const log = [
  "[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST", "[WARN] disk", '{"eventType":"UpdateTrail","n":5,"user":{"id":1,"mail":null},"tags":["x","y"],"ok":true}',
  '{"eventType":"DeleteTrail","n":50}', '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534', '127.0.0.1 - mina [x] "GET /a" 200 12',
];
for (const [filterPattern, expected] of [
  ["", [0, 1, 2, 3, 4, 5, 6]],
  ["ERROR", [0, 1]],
  ["ERROR REQUEST -UNAUTHORIZED", [0]],
  ['"BAD REQUEST"', [0]],
  ["?WARN ?401", [1, 2]],
  ["%\\[[EW][A-Z]+%", [0, 1, 2]],
  ['{ $.eventType = "UpdateTrail" }', [3]],
  ['{ $.eventType = "*Trail" && $.n > 5 }', [4]],
  ['{ ($.n >= 5 && $.n < 6) || $.eventType = DeleteTrail }', [3, 4]],
  ["{ $.user.mail IS NULL }", [3]],
  ["{ $.ok IS TRUE }", [3]],
  ["{ $.user NOT EXISTS }", [4]],
  ['{ $.tags[1] = "y" }', [3]],
  ['{ $.tags[*] = "x" }', [3]],
  ['{ $.eventType != "UpdateTrail" }', [4]],
  ["[ip, user, who, when, request, status = 4*, bytes]", [5]],
  ["[ip, ..., status = 200, bytes < 100]", [6]],
  ["[..., request = *html*, status, bytes > 1000]", [5]],
  ["[w1 = ERROR || w1 = 127*, ...]", [5, 6]],
])
  test(`the pattern ${filterPattern || "(none)"}`, async () => {
    const { matches } = await send(TestMetricFilterCommand, { filterPattern, logEventMessages: log });
    assert.deepEqual(matches.map((match) => match.eventNumber - 1), expected);
  });

const queryResults = async (queryString, input = {}) => {
  const { queryId } = await send(StartQueryCommand, { logGroupName: "/shop/query", startTime: Math.floor(now / 1000) - 60, endTime: Math.floor(now / 1000) + 60, queryString, ...input });
  for (;;) {
    const answer = await send(GetQueryResultsCommand, { queryId });
    if (answer.status !== "Running") return answer.results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

test("Insights: fields, filter, parse, stats, sort, limit", async () => {
  const logGroupName = "/shop/query";
  await send(CreateLogGroupCommand, { logGroupName });
  await send(CreateLogStreamCommand, { logGroupName, logStreamName: "s" });
  const lines = [
    '{"level":"ERROR","took":120,"user":{"name":"mina"}}', '{"level":"INFO","took":20,"user":{"name":"joon"}}', '{"level":"ERROR","took":80,"user":{"name":"joon"}}', "user=lena took 33ms",
    "REPORT RequestId: 8f5e-1\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t",
  ];
  await send(PutLogEventsCommand, { logGroupName, logStreamName: "s", logEvents: lines.map((message, i) => ({ timestamp: now + i, message })) });
  for (const [query, expected] of [
    ['filter level = "ERROR" | fields took, user.name as who | sort took asc | display took, who', [{ took: "80", who: "joon" }, { took: "120", who: "mina" }]],
    ["stats count(*) as n, avg(took), max(took) by level | sort n desc, level asc | filter ispresent(level)", [{ level: "ERROR", n: "2", "avg(took)": "100", "max(took)": "120" }, { level: "INFO", n: "1", "avg(took)": "20", "max(took)": "20" }]],
    ["filter @message like /took \\d+ms/ | parse 'user=* took *ms' as who, ms | display who, ms", [{ who: "lena", ms: "33" }]],
    ['filter @type = "REPORT" | stats max(@duration), sum(@maxMemoryUsed / 1000000) as mb', [{ "max(@duration)": "12.34", mb: "40" }]],
    ["filter user.name in ['joon'] and took * 2 > 100 | display took", [{ took: "80" }]],
    ["stats count_distinct(user.name) as users, pct(took, 50) as p50", [{ users: "2", p50: "80" }]],
    ["fields strlen(level) as n | filter n = 5 | limit 1 | display n", [{ n: "5" }]],
    ["filter not ispresent(level) and @message like 'lena' | display @message", [{ "@message": "user=lena took 33ms" }]],
  ])
    assert.deepEqual((await queryResults(query)).map(({ "@ptr": _, ...row }) => row), expected, query);
  const plain = await queryResults("fields @timestamp, @message | sort @timestamp desc | limit 2");
  assert.deepEqual(plain.map((row) => row["@message"]), [lines[4], lines[3]]);
  assert.equal(plain[0]["@timestamp"], new Date(now + 4).toISOString().replace("T", " ").replace("Z", ""));
  await refused(queryResults("fields @message | nonsense"), "MalformedQueryException", /unexpected symbol/);
  await refused(send(StopQueryCommand, { queryId: "none" }), "ResourceNotFoundException", "Query does not exist.");
});

test("resource policies are kept, streams go with their events", async () => {
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  await send(PutResourcePolicyCommand, { policyName: "delivery", policyDocument });
  assert.equal((await send(DescribeResourcePoliciesCommand, {})).resourcePolicies[0].policyDocument, policyDocument);
  await send(DeleteLogStreamCommand, { logGroupName: "/shop/filter", logStreamName: "a" });
  assert.equal((await messages({ logGroupName: "/shop/filter" })).length, 80);
  await send(DeleteLogGroupCommand, { logGroupName: "/shop/filter" });
  await refused(messages({ logGroupName: "/shop/filter" }), "ResourceNotFoundException", "The specified log group does not exist.");
});

// What `aws logs tail GROUP --follow` of version 2 sends: pages of FilterLogEvents by token, and from the last event's time on, again
// and again, events that were shown left out by their ids.
async function* tail(group, { rounds, ...more }) {
  const shown = new Set(), input = { ...group, interleaved: true, startTime: now - 600e3, ...more };
  for (let round = 0; round < rounds; round++) {
    let nextToken;
    do {
      const page = await send(FilterLogEventsCommand, { ...input, nextToken });
      for (const event of page.events) {
        input.startTime = Math.max(input.startTime, event.timestamp);
        if (!shown.has(event.eventId)) yield event;
        shown.add(event.eventId);
      }
      nextToken = page.nextToken;
    } while (nextToken);
    yield null; // nothing more by now
  }
}

test("tail: what comes while one looks is shown once and in order, whatever names the group", async () => {
  const logGroupName = "/shop/tail", arn = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}`;
  await send(CreateLogGroupCommand, { logGroupName });
  for (const logStreamName of ["a", "b"]) await send(CreateLogStreamCommand, { logGroupName, logStreamName });
  const put = (logStreamName, ...at) => send(PutLogEventsCommand, { logGroupName, logStreamName, logEvents: at.map((i) => ({ timestamp: now + i, message: `${logStreamName}${i}` })) });
  await put("a", 1, 3, 5);
  await put("b", 2, 4);
  const writes = [() => put("b", 5, 6, 7), () => put("a", 7, 8), () => null];
  const seen = { name: [], arn: [], one: [], some: [] };
  const followers = {
    name: tail({ logGroupName }, { rounds: 4, limit: 2 }), arn: tail({ logGroupIdentifier: arn }, { rounds: 4 }),
    one: tail({ logGroupIdentifier: logGroupName }, { rounds: 4, limit: 1 }), some: tail({ logGroupName }, { rounds: 4, logStreamNamePrefix: "b", filterPattern: "-b4" }),
  };
  for (let round = 0; round < 4; round++) {
    for (const [name, follower] of Object.entries(followers))
      for (let one = (await follower.next()).value; one; one = (await follower.next()).value) seen[name].push(one.message);
    await writes[round]?.();
  }
  const all = ["a1", "b2", "a3", "b4", "a5", "b5", "b6", "b7", "a7", "a8"];
  assert.deepEqual(seen.name, all);
  assert.deepEqual(seen.arn, all);
  assert.deepEqual(seen.one, all);
  assert.deepEqual(seen.some, ["b2", "b5", "b6", "b7"]);
  await refused(send(FilterLogEventsCommand, { logGroupName, logGroupIdentifier: arn }), "InvalidParameterException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  await refused(send(FilterLogEventsCommand, { logGroupIdentifier: `${arn}:*` }), "InvalidParameterException", /regular expression pattern/);
  await refused(send(FilterLogEventsCommand, { logGroupIdentifier: `${arn}-none` }), "ResourceNotFoundException", "The specified log group does not exist.");
});
