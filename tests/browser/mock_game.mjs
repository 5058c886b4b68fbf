// A game in the middle, as the API tells it: what the page's tests look at without an emulator. Twelve minutes into
// "First shift": one challenge solved, one in trouble, one locked.
export const started = Date.UTC(2026, 10, 22, 9, 0, 0);
const minute = 60_000;
export const at = (minutes, seconds = 0) => started + minutes * minute + seconds * 1000;

const words = (en, ko) => ({ en, ko });
const machine = 'arn:aws:states:us-east-1:100000000001:stateMachine:order-flow';
export const execution = (name) => `arn:aws:states:us-east-1:100000000001:execution:order-flow:${name}`;

const denied = {
    code: 'AccessDeniedException',
    message:
        'User: arn:aws:sts::100000000001:assumed-role/OrderRole/order-1842 is not authorized to perform: lambda:InvokeFunction on ' +
        'resource: arn:aws:lambda:us-east-1:100000000001:function:price-unicorn because no identity-based policy allows the lambda:InvokeFunction action',
    service: 'lambda',
    operation: 'Invoke',
};

export function session(more = {}) {
    return { role: 'team', csrf: 'c5'.repeat(32), team: '100000000001', solo: true, may: ['clock', 'mark', 'rewind', 'message'], ...more };
}

export function game() {
    return {
        pack: 'first-shift',
        title: words('First shift', '첫 근무'),
        currency: 'points',
        languages: ['en', 'ko'],
        duration_ms: 45 * minute,
        solo: true,
        version: '0.1.0',
        revision: 1,
        challenges: [
            {
                id: 'order',
                title: words('Let them order', '주문을 되살려라'),
                brief: words(
                    'Every order of a unicorn runs through the state machine order-flow: check, price, reserve, notify. The team before you changed something on their last day. Customers pay for each order that gets through.',
                    '유니콘 주문은 모두 상태 머신 order-flow를 거칩니다: 확인, 가격, 예약, 알림. 이전 팀이 마지막 날에 무언가를 바꿔 놓았습니다. 주문이 끝까지 처리될 때마다 점수를 얻습니다.',
                ),
                guide: ['en', 'ko'],
            },
            {
                id: 'refund',
                title: words('Give the money back', '환불을 처리하라'),
                brief: words('Refunds above 500 wait for an approval that nobody gives any more.', '500이 넘는 환불은 이제 아무도 하지 않는 승인을 기다리고 있습니다.'),
                guide: ['en'],
            },
            { id: 'night', title: words('The night rush', '밤의 주문 폭주'), brief: null, guide: [] },
        ],
        brief: words('Unicorn.Rentals takes orders, and most of them fail.', '유니콘 렌탈에 주문이 들어오지만 대부분 실패합니다.'),
        guide: ['en', 'ko'],
        teams: [
            { id: '100000000001', name: 'Team 1' },
            { id: '100000000002', name: '치와와 또는 머핀' },
            { id: '100000000003', name: '<b>Keep Calm</b> & Karrot On' },
        ],
    };
}

export function challenges() {
    return [
        {
            id: 'order',
            state: 'open',
            earned: 85,
            trouble: {
                probe: 'customers',
                since: at(11, 20),
                why: words('the order stopped at “Price”: the role may not invoke the function.', '주문이 “Price” 단계에서 멈췄습니다. 역할에 함수를 호출할 권한이 없습니다.'),
                error: denied,
                call: `aws stepfunctions start-execution --state-machine-arn ${machine} --input file://order.json`,
                look: `aws stepfunctions get-execution-history --reverse-order --execution-arn ${execution('order-1842')}`,
            },
            probes: [
                { id: 'customers', title: words('Customers order unicorns', '고객이 유니콘을 주문합니다'), state: 'error', at: at(12, 0), every_ms: 20000, earns: 10, costs: 5 },
                { id: 'receipts', title: words('Receipts carry the right price', '영수증의 가격이 맞습니다'), state: 'good', at: at(12, 5), every_ms: 60000, earns: 5, costs: 0 },
            ],
            answers: [
                { id: 'culprit', title: words('Which state of `order-flow` fails first? Its name.', '`order-flow`에서 가장 먼저 실패하는 상태의 이름은?'), points: 20, tries_left: 3, right: false },
                { id: 'role', title: words('The ARN of the role it runs as.', '상태 머신이 사용하는 역할의 ARN은?'), points: 10, tries_left: null, right: true },
            ],
            faults: [
                { number: 1, broken_at: at(0), detected_at: at(2), mended_at: at(5), recovered_at: at(5, 20), title: words('A path in the definition', '정의 안의 경로') },
                { number: 2, broken_at: at(11), detected_at: at(11, 40), mended_at: null, recovered_at: null, title: null, gone_at: null },
            ],
            hints: [
                { fault: 1, stage: 1, stages: 3, price: 10, text: words('Read the first failed execution from its end.', '처음 실패한 실행을 끝에서부터 읽어 보세요.'), bought_at: at(3) },
                { fault: 2, stage: 1, stages: 3, price: 20, text: null, bought_at: null },
            ],
        },
        {
            id: 'refund',
            state: 'solved',
            earned: 60,
            trouble: null,
            probes: [{ id: 'refunds', title: words('Refunds arrive', '환불이 도착합니다'), state: 'good', at: at(12, 4), every_ms: 30000, earns: 10, costs: 5 }],
            faults: [],
            hints: [],
        },
        { id: 'night', state: 'locked', earned: 0, trouble: null, probes: [], faults: [], hints: [] },
    ];
}

function score(seq, time, points, total, kind, reason, more = {}) {
    return { seq, at: time, points, total, kind, reason, challenge: 'order', probe: 'customers', error: null, ...more };
}

export function feed() {
    const ordered = words('An order got through: check, price, reserve, notify.', '주문이 끝까지 처리되었습니다: 확인, 가격, 예약, 알림.');
    return [
        score(1, at(0, 20), -5, -5, 'cost', words('A customer could not order: States.Runtime at “Check”.', '고객이 주문하지 못했습니다: “Check”에서 States.Runtime.'), {
            error: { code: 'States.Runtime', message: "An error occurred while executing the state 'Check'", service: 'states', operation: 'StartExecution' },
        }),
        score(2, at(2), 15, 10, 'detected', words('You found where it hurts, two minutes after it broke.', '문제가 생긴 지 2분 만에 어디가 아픈지 찾았습니다.'), { probe: null }),
        score(3, at(3), -10, 0, 'hint', words('Hint 1 of 3.', '힌트 1/3.'), { probe: null }),
        score(4, at(5, 20), 40, 40, 'recovered', words('Mended: a path in the definition.', '복구됨: 정의 안의 경로.'), { probe: null }),
        score(5, at(5, 40), 10, 50, 'earned', ordered),
        score(6, at(7, 0), 50, 100, 'solved', words('Refunds flow again.', '환불이 다시 처리됩니다.'), { challenge: 'refund', probe: null }),
        score(7, at(9, 0), 10, 110, 'earned', ordered),
        score(8, at(10, 0), 10, 120, 'earned', ordered),
        score(9, at(10, 40), 0, 120, 'missed', words('The receipt carried yesterday’s price.', '영수증에 어제 가격이 적혀 있었습니다.'), { probe: 'receipts' }),
        score(10, at(11, 20), -5, 115, 'cost', words('A customer could not order: the role may not invoke the function.', '고객이 주문하지 못했습니다: 역할에 함수를 호출할 권한이 없습니다.'), { error: denied }),
    ].reverse();
}

export function calls() {
    const rows = [
        ['states', 'DescribeStateMachine', 200, null, null, 'client', 1],
        ['states', 'UpdateStateMachine', 400, 'InvalidDefinition', "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: Pricee at /States/Tier/Default'", 'client', 2],
        ['states', 'UpdateStateMachine', 200, null, null, 'client', 2],
        ['states', 'StartExecution', 200, null, null, 'pack', 1],
        ['lambda', 'Invoke', 200, null, null, 'state machine', 12],
        ['lambda', 'Invoke', 403, denied.code, denied.message, 'state machine', 1],
        ['states', 'GetExecutionHistory', 200, null, null, 'client', 3],
        ['iam', 'ListRolePolicies', 200, null, null, 'client', 1],
        ['iam', 'GetRolePolicy', 404, 'NoSuchEntity', 'The role policy with name InvokeFunctions cannot be found.', 'client', 1],
    ];
    return rows
        .map(([service, operation, status, code, message, by, duration_ms], i) => ({
            seq: i + 1, at: at(11, i * 6), service, operation, status, code, message, by, duration_ms,
        }))
        .reverse();
}

export function messages() {
    const ada = words('Ada, CTO', '에이다, CTO');
    return [
        { seq: 2, at: at(11, 5), from: ada, text: words('Sales called. Twice. Orders stand still again; I need them moving before the festival opens.', '영업팀에서 전화가 두 번이나 왔어요. 주문이 또 멈췄습니다. 축제가 시작되기 전에 다시 돌아가야 합니다.'), level: 'warning', to_all: true },
        { seq: 1, at: at(0), from: ada, text: words('Welcome to Unicorn.Rentals! The team before you left on Friday and took the coffee machine. Orders are yours now. Read the guide; you will be fine.', '유니콘 렌탈에 온 것을 환영합니다! 이전 팀은 금요일에 커피 머신까지 들고 떠났어요. 이제 주문은 여러분 몫입니다. 가이드를 읽어 보세요. 잘할 수 있을 거예요.'), level: 'info', to_all: true },
    ];
}

export const clock = (more = {}) => ({ state: 'live', now: at(12, 10), started_at: started, ends_at: at(45), speed: 1, ...more });

export function team(more = {}) {
    const shell =
        'export AWS_ENDPOINT_URL=http://127.0.0.1:4566\nexport AWS_ACCESS_KEY_ID=AKIAREHEARSE00000001\nexport AWS_SECRET_ACCESS_KEY=q7Yw0Zx2JmN4bV6cL8kH1gF3dS5aP9oIuYtReWqA\n' +
        'export AWS_DEFAULT_REGION=us-east-1\nexport AWS_DISABLE_HOST_PREFIX_INJECTION=true';
    return {
        event: 'mock-0',
        clock: clock(),
        team: { id: '100000000001', name: 'Team 1' },
        score: 115,
        trend: { minute: -5, five_minutes: 15 },
        rank: 1,
        series: [[0, 0], [20, -5], [120, 10], [180, 0], [320, 40], [340, 50], [420, 100], [540, 110], [600, 120], [680, 115]],
        feed: feed(),
        challenges: challenges(),
        messages: messages(),
        calls: calls(),
        exports: {
            endpoint: 'http://127.0.0.1:4566', region: 'us-east-1', access_key_id: 'AKIAREHEARSE00000001',
            secret_access_key: 'q7Yw0Zx2JmN4bV6cL8kH1gF3dS5aP9oIuYtReWqA', account: '100000000001', shell,
        },
        marks: [
            { mark: 1, at: at(0), label: 'start' },
            { mark: 2, at: at(10, 55), label: 'before the second fault' },
        ],
        notices: [],
        ...more,
    };
}

export function board() {
    const row = (rank, id, name, total, minuteTrend, five, solved, reached) => ({
        rank, team: id, name, score: total, trend: { minute: minuteTrend, five_minutes: five }, solved, reached_at: reached,
    });
    return {
        event: 'mock-0',
        at: at(12, 10),
        clock: clock(),
        rows: [
            row(1, '100000000002', '치와와 또는 머핀', 190, 20, 65, 2, at(11, 30)),
            row(2, '100000000001', 'Team 1', 115, -5, 15, 1, at(11, 20)),
            row(3, '100000000003', '<b>Keep Calm</b> & Karrot On', -10, 0, -25, 0, at(4)),
        ],
    };
}

const definition = JSON.stringify({
    Comment: 'An order of a unicorn',
    StartAt: 'Check',
    States: {
        Check: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'Tier', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }] },
        Tier: { Type: 'Choice', Choices: [{ Variable: '$.tier', StringEquals: 'gold', Next: 'Gold' }, { Variable: '$.tier', StringEquals: 'silver', Next: 'Silver' }], Default: 'Full price' },
        Gold: { Type: 'Pass', Next: 'Price' },
        Silver: { Type: 'Pass', Next: 'Price' },
        'Full price': { Type: 'Pass', Next: 'Price' },
        Price: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'Each night' },
        'Each night': {
            Type: 'Map', Next: 'Notify',
            ItemProcessor: { StartAt: 'Reserve', States: { Reserve: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'Write down' }, 'Write down': { Type: 'Pass', End: true } } },
        },
        Notify: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true },
        Sorry: { Type: 'Fail', Error: 'NoOrder' },
    },
});

export function executions() {
    const row = (name, status, begun, ended, more = {}) => ({
        arn: execution(name), name, machine: 'order-flow', machine_arn: machine, status, started_at: begun, stopped_at: ended, error: null, cause: null, failing: null,
        look: `aws stepfunctions get-execution-history --execution-arn ${execution(name)}`, ...more,
    });
    const failing = { id: 14, type: 'TaskFailed', state: 'Price', error: 'Lambda.AccessDeniedException', cause: denied.message };
    return [
        row('order-1843', 'RUNNING', at(12, 0), null),
        row('order-1842', 'FAILED', at(11, 20), at(11, 21), { error: failing.error, cause: failing.cause, failing }),
        row('order-1841', 'SUCCEEDED', at(10, 0), at(10, 2)),
        row('order-1840', 'SUCCEEDED', at(9, 0), at(9, 2)),
        row('order-1839', 'ABORTED', at(4, 0), at(4, 40)),
    ];
}

const forecastArn = (name) => `arn:aws:forecast:us-east-1:100000000001:${name}`;
export function forecasts() {
    const row = (kind, name, status, seconds, message = null) => ({ arn: forecastArn(`${kind}/${name}`), kind, name, status, message, predictor: null, created_at: at(0, seconds) });
    return [
        row('forecast', 'rides', 'ACTIVE', 40), row('forecast', 'rides_next', 'CREATE_IN_PROGRESS', 50), row('predictor', 'rides', 'ACTIVE', 30),
        row('dataset-import-job', 'rides_history', 'ACTIVE', 10), row('dataset-import-job', 'rides_slashes', 'CREATE_FAILED', 20, "The value '01/11/2026' of the attribute timestamp is not a valid timestamp: row 1 of s3://rides/history.csv. The format must be yyyy-MM-dd."),
    ];
}

/** Ninety days and a horizon of fourteen, of which three have passed. */
export function forecast(arn, key) {
    const day = 86_400_000, first = Date.UTC(2026, 10, 10), keys = ['busan', 'jeju', 'seoul'], base = 100 + 40 * Math.max(0, keys.indexOf(key));
    const value = (i) => base + 12 * Math.sin((2 * Math.PI * i) / 7) + 0.15 * i, fan = (by) => Array.from({ length: 14 }, (_, i) => value(90 + i) + by * (6 + 0.4 * i));
    return {
        arn, name: 'rides', keys, key: keys.includes(key) ? key : 'busan', times: Array.from({ length: 14 }, (_, i) => `${new Date(first + i * day).toISOString().slice(0, 19)}`),
        types: { p10: fan(-1.28), p50: fan(0), p90: fan(1.28) }, history: Array.from({ length: 93 }, (_, i) => [first + (i - 90) * day, value(i) + 5 * Math.sin(i * 2.3)]),
        metrics: { RMSE: 4.1, AverageWeightedQuantileLoss: 0.021, WeightedQuantileLosses: [0.1, 0.5, 0.9].map((Quantile) => ({ Quantile, LossValue: 0.02 })), ErrorMetrics: [{ ForecastType: '0.5', WAPE: 0.031, RMSE: 4.1, MASE: 0.62, MAPE: 0.034 }] },
    };
}

/** An endpoint watched by two schedules: one has found a drift, the other has not run. */
export function monitors() {
    const buckets = (shift) => Array.from({ length: 10 }, (_, i) => ({ from: 100 + 20 * i, to: 120 + 20 * i, before: 0.1, now: shift ? (i < 5 ? 0 : 0.2) : 0.1 }));
    return [
        { name: 'calm', endpoint: 'churn', type: 'ModelQuality', status: 'Scheduled', alert: 'OK', executions: [] },
        {
            name: 'stormy', endpoint: 'churn', type: 'DataQuality', status: 'Scheduled', alert: 'InAlert', executions: [
                { at: at(12, 0), status: 'InProgress', failure: null, report: null, violations: [], drifts: [] },
                {
                    at: at(11, 0), status: 'CompletedWithViolations', failure: null, report: 's3://data/reports/churn/stormy/2026/11/22/09',
                    violations: [{ feature_name: 'minutes', constraint_check_type: 'baseline_drift_check', description: 'Baseline drift distance: 0.41 exceeds threshold: 0.1' }],
                    drifts: [{ feature: 'minutes', distance: 0.41, threshold: 0.1, buckets: buckets(true) }, { feature: 'calls', distance: 0.02, threshold: 0.1, buckets: buckets(false) }, { feature: 'plan', distance: 0, threshold: 0.1, buckets: [{ value: 'basic', before: 0.7, now: 0.72 }, { value: 'family', before: 0.3, now: 0.28 }] }],
                },
                { at: at(10, 0), status: 'Failed', failure: 'Job inputs had no data', report: null },
            ],
        },
    ];
}

export function history() {
    const iso = (seconds) => new Date(at(11, 20) + seconds * 1000).toISOString();
    const entered = (id, type, name) => ({ id, timestamp: iso(0), type: `${type}StateEntered`, previousEventId: id - 1, stateEnteredEventDetails: { name, input: '{"order":1842,"tier":"gold"}' } });
    const exited = (id, type, name) => ({ id, timestamp: iso(0), type: `${type}StateExited`, previousEventId: id - 1, stateExitedEventDetails: { name, output: '{"order":1842,"tier":"gold"}' } });
    const task = (id, type, details) => ({ id, timestamp: iso(0), type, previousEventId: id - 1, ...details });
    return [
        { id: 1, timestamp: iso(0), type: 'ExecutionStarted', previousEventId: 0, executionStartedEventDetails: { input: '{"order":1842}', roleArn: 'arn:aws:iam::100000000001:role/OrderRole' } },
        entered(2, 'Task', 'Check'),
        task(3, 'TaskScheduled', { taskScheduledEventDetails: { resource: 'invoke', resourceType: 'lambda', region: 'us-east-1', parameters: '{"FunctionName":"check-order"}' } }),
        task(4, 'TaskStarted', { taskStartedEventDetails: { resource: 'invoke', resourceType: 'lambda' } }),
        task(5, 'TaskSucceeded', { taskSucceededEventDetails: { resource: 'invoke', resourceType: 'lambda', output: '{"ok":true}' } }),
        exited(6, 'Task', 'Check'),
        entered(7, 'Choice', 'Tier'),
        exited(8, 'Choice', 'Tier'),
        entered(9, 'Pass', 'Gold'),
        exited(10, 'Pass', 'Gold'),
        entered(11, 'Task', 'Price'),
        task(12, 'TaskScheduled', { taskScheduledEventDetails: { resource: 'invoke', resourceType: 'lambda', region: 'us-east-1', parameters: '{"FunctionName":"price-unicorn"}' } }),
        task(13, 'TaskStarted', { taskStartedEventDetails: { resource: 'invoke', resourceType: 'lambda' } }),
        task(14, 'TaskFailed', { taskFailedEventDetails: { resource: 'invoke', resourceType: 'lambda', error: 'Lambda.AccessDeniedException', cause: denied.message } }),
        task(15, 'ExecutionFailed', { executionFailedEventDetails: { error: 'Lambda.AccessDeniedException', cause: denied.message } }),
    ].reverse();
}

export const details = (arn) => ({ execution: executions().find((row) => row.arn === arn), definition, events: history() });

export const guides = {
    'order.en': `# Orders, for those who have never seen a state machine

A **state machine** is a drawing that runs: each box is a *state*, each arrow is what happens next. Ours is called \`order-flow\`.

## Look at it

1. List the machines of your account.
2. Read the definition of \`order-flow\`.
   - Every \`Task\` calls a function.
   - A \`Choice\` decides by the data.
3. Read what happened to one order, from its end.

\`\`\`sh
aws stepfunctions list-state-machines
aws stepfunctions describe-state-machine --state-machine-arn ARN
\`\`\`

Or all at once:

    aws stepfunctions list-executions --state-machine-arn ARN
    aws iam list-roles

> An execution that failed says where: look at the last event first.

| state | calls | fails when |
|---|---|---|
| Check | check-order | the stable is closed |
| Price | price-unicorn | nobody knows the price |

More in the [developer guide](https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html). <script>alert(1)</script> [no](javascript:alert(1))
`,
    'order.ko': `# 상태 머신이 처음인 분을 위한 주문 가이드

**상태 머신**은 실행되는 그림입니다. 상자 하나가 *상태* 하나이고, 화살표는 다음에 일어날 일입니다. 우리 상태 머신의 이름은 \`order-flow\`입니다.

## 살펴보기

1. 계정의 상태 머신 목록을 봅니다.
2. \`order-flow\`의 정의를 읽습니다.

\`\`\`sh
aws stepfunctions list-state-machines
\`\`\`
`,
    'refund.en': '# Refunds\n\nAn approval is a task that waits for a token.\n',
    '.en': '# Your first shift\n\nYou are the new developers of **Unicorn.Rentals**. Orders earn, errors cost, silence earns nothing.\n\n- Paste your keys into a terminal.\n- Watch the score.\n',
    '.ko': '# 첫 근무\n\n여러분은 **유니콘 렌탈**의 새 개발자입니다. 주문은 점수를 벌고, 오류는 점수를 잃습니다.\n\n- 접속 정보를 터미널에 붙여 넣으세요.\n- 점수를 지켜보세요.\n',
};

/** Two bots; one of them talks two languages behind two aliases. */
export const bots = () => [
    { id: 'UNICORN001', name: 'UnicornBooker', aliases: [{ id: 'TSTALIASID', name: 'TestBotAlias', locales: ['en_US', 'ko_KR'] }, { id: 'LIVE000001', name: 'live', locales: ['en_US', 'ko_KR'] }] },
    { id: 'FLOWERS001', name: 'OrderFlowers', aliases: [{ id: 'TSTALIASID', name: 'TestBotAlias', locales: ['en_US'] }] },
];

const slot = (originalValue, interpretedValue) => ({ shape: 'Scalar', value: { originalValue, interpretedValue, resolvedValues: [interpretedValue] } });

/** What comes of a turn, as the service answers. */
export function turn(text) {
    if (/boom/.test(text)) return { ms: 12, hook: null, hook_ms: 0, error: { code: 'DependencyFailedException', message: 'Invalid Lambda Response: Received error response from Lambda: Unhandled' } };
    const slots = { City: slot('seoul', 'Seoul'), Date: slot('tomorrow', '2026-11-23'), Nights: null };
    const intent = { name: 'Book', slots, state: 'InProgress', confirmationState: 'None' };
    return {
        ms: 48, hook: 'DialogCodeHook', hook_ms: 41,
        answer: {
            messages: [{ contentType: 'PlainText', content: 'How many nights?' }],
            sessionState: { dialogAction: { type: 'ElicitSlot', slotToElicit: 'Nights' }, intent, sessionAttributes: {}, activeContexts: [] },
            interpretations: [{ intent, nluConfidence: { score: 0.93 }, interpretationSource: 'Lex' }, { intent: { name: 'Change', slots: {} }, nluConfidence: { score: 0.21 }, interpretationSource: 'Lex' }, { intent: { name: 'FallbackIntent', slots: {} }, interpretationSource: 'Lex' }],
        },
    };
}
