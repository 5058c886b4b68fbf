// An event with three teams and those who run it, as the API tells them: the same moment as mock_game.mjs.
import { at, board, calls, clock, game, session, started, team } from './mock_game.mjs';

const words = (en, ko) => ({ en, ko });
const own = '100000000001', second = '100000000002', third = '100000000003';

export const member = (id, name, role = 'member', joined_at = at(1)) => ({ id, name, role, joined_at });
export const members = () => [member('m1', 'Ada', 'captain'), member('m2', '민지'), member('m3', 'Ben', 'observer'), member('m4', 'Cho', 'member', null)];

export const contest = () => ({ ...game(), solo: false });

export function questions() {
    return [
        { seq: 3, at: at(11, 30), team: own, name: 'Team 1', by: 'Ada', text: 'Our role has the policy, and still the function says no. Where else can it be denied?', challenge: 'order', state: 'open', taken_by: null, published: false, answers: [] },
        { seq: 2, at: at(9), team: null, name: null, by: null, text: '환불 승인은 어디에서 하나요?', challenge: 'refund', state: 'answered', taken_by: 'Min-ji', published: true, answers: [{ at: at(10), by: 'Min-ji', text: words('The task waits for a token: look at `send-task-success`.', '토큰을 기다리는 작업입니다. `send-task-success`를 찾아보세요.') }] },
    ];
}

/** What a team of a contest sees. */
export const contestTeam = (more = {}) => ({ ...team(), marks: [], members: members(), questions: questions(), ...more });
export const contestSession = (more = {}) => session({ solo: false, may: ['play', 'name', 'members'], member: { id: 'm1', name: 'Ada', role: 'captain' }, ...more });
export const facilitator = (more = {}) => session({ role: 'facilitator', team: null, solo: false, may: ['clock', 'message', 'facilitate', 'support'], ...more });
export const supporter = () => session({ role: 'supporter', team: null, solo: false, may: ['support'] });

export function queue() {
    const asked = (seq, time, id, name, by, text, more = {}) => ({ seq, at: time, team: id, name, by, text, challenge: null, state: 'open', taken_by: null, published: false, answers: [], ...more });
    return [
        asked(4, at(12), third, '<b>Keep Calm</b> & Karrot On', 'Sam', 'What does States.Runtime mean?'),
        { ...questions()[0] },
        asked(2, at(9), second, '치와와 또는 머핀', '수진', '환불 승인은 어디에서 하나요?', { challenge: 'refund', state: 'answered', taken_by: 'Min-ji', published: true, answers: questions()[1].answers }),
        asked(1, at(5), second, '치와와 또는 머핀', '수진', '키가 노출되면 어떻게 하나요?', { state: 'taken', taken_by: 'Min-ji' }),
    ];
}

export function roster() {
    const [first] = calls(), rows = new Map(board().rows.map((row) => [row.team, row]));
    const row = (id, more) => {
        const { name, score, trend, rank, solved } = rows.get(id);
        return { team: id, name, name_proposed: null, members: [], score, trend, rank, solved, hints: 0, extra_ms: 0, pages: 1, health: 'good', troubles: [], faults: [], last_call: first, questions: 0, ...more };
    };
    const lost = { fault: 'role-lost-lambda', title: words('The role lost its function', '역할이 함수 권한을 잃었다'), number: 2, since: at(11), detected_at: at(11, 40) };
    return {
        event: 'mock-0', clock: clock(), names: 'at once',
        rows: [
            row(own, { members: members(), hints: 1, pages: 3, health: 'trouble', questions: 1, troubles: [{ challenge: 'order', since: at(11, 20), why: team().challenges[0].trouble.why, call: null }], faults: [lost] }),
            row(second, { members: [member('m1', '수진', 'captain')], pages: 2, extra_ms: 300000, questions: 1 }),
            row(third, {
                members: [], health: 'idle', last_call: { ...calls()[3], at: at(4) }, name_proposed: 'Muffin', questions: 1,
                troubles: [
                    { challenge: 'order', since: at(0, 20), why: words('The execution failed: {"PipelineExecutionArn":"arn:aws:x","FailureReason":"Step failure: One or multiple steps failed.","PipelineName":"vip"}', '실행이 실패했습니다.'), call: null },
                    { challenge: 'refund', since: at(6), why: words('Nobody approves refunds.', '아무도 환불을 승인하지 않습니다.'), call: null },
                ],
                faults: [lost, { fault: 'path', title: words('A path in the definition', '정의 안의 경로'), number: 1, since: at(0), detected_at: null }, { fault: 'slow', title: words('A slow function', '느린 함수'), number: 3, since: at(8), detected_at: null }],
            }),
        ],
    };
}

export const faults = () => ({
    faults: [
        { fault: 'path', title: words('A path in the definition', '정의 안의 경로'), brief: words('A task reads a field that nobody sends.', '작업이 아무도 보내지 않는 필드를 읽습니다.'), challenge: 'order', kind: 'state', learnt: words('Read the last event first.', '마지막 이벤트부터 읽으세요.'), takes: [], standing: [third] },
        { fault: 'role-lost-lambda', title: words('The role lost its function', '역할이 함수 권한을 잃었다'), brief: null, challenge: 'order', kind: 'state', learnt: words('Attach the policy `Functions` to OrderRole.', 'OrderRole에 `Functions` 정책을 연결하세요.'), takes: [], standing: [own, third] },
        { fault: 'throttled', title: words('Rush hour', '출근 시간'), brief: words('StartExecution is throttled for ten minutes.', 'StartExecution이 10분 동안 제한됩니다.'), challenge: 'order', kind: 'cloud', learnt: null, takes: ['rate'], standing: [] },
        { fault: 'slow', title: words('A slow function', '느린 함수'), brief: null, challenge: null, kind: 'cloud', learnt: null, takes: [], standing: [third] },
    ],
});

export function log() {
    const entry = (n, time, kind, id, en, ko) => ({ n, at: time, kind, team: id, text: words(en, ko) });
    return {
        log: [
            entry(8, at(12), 'question', third, 'Sam asks: What does States.Runtime mean?', 'Sam의 질문: What does States.Runtime mean?'),
            entry(7, at(11, 40), 'score', own, '+15, found: the role lost its function', '+15, 발견: 역할이 함수 권한을 잃었다'),
            entry(6, at(11), 'fault', null, 'The role lost its function: injected for all.', '역할이 함수 권한을 잃었다: 모든 팀에 발생.'),
            entry(5, at(10), 'control', second, '5 minutes longer.', '5분 연장.'),
            entry(4, at(7), 'challenge', own, 'Solved: Give the money back', '해결: 환불을 처리하라'),
            entry(3, at(2), 'team', own, 'Ada joined.', 'Ada 참가.'),
            entry(2, at(1), 'notice', null, 'lua/packs/first-shift/pack.lua was read anew.', 'lua/packs/first-shift/pack.lua를 다시 읽었습니다.'),
            entry(1, at(0), 'state', null, 'The game began.', '게임이 시작되었습니다.'),
        ],
    };
}

export function sheet() {
    const slip = (id, name, code, list) => ({
        team: id, name, code, join: `http://gameday.local:4566/_rehearse/#code=${code}`, page: `http://gameday.local:4566/_rehearse/#token=${'feed'.repeat(16)}`, account: id,
        access_key_id: 'AKIAREHEARSE00000001', secret_access_key: 'q7Yw0Zx2JmN4bV6cL8kH1gF3dS5aP9oIuYtReWqA', members: list,
    });
    return { endpoint: 'http://gameday.local:4566', region: 'us-east-1', title: game().title, teams: [slip(own, 'Team 1', 'K7QF-3MZP', members()), slip(second, '치와와 또는 머핀', '9WXT-HC4D', []), slip(third, '<b>Keep Calm</b> & Karrot On', 'B2NV-87RK', [])] };
}

// ---- the console ----

const level = '\x1f';
const kinds = [
    { kind: 'state-machines', title: words('State machines', '상태 머신'), service: 'stepfunctions', of: null, opens: true },
    { kind: 'executions', title: words('Executions', '실행'), service: 'stepfunctions', of: 'state-machines', opens: true },
    { kind: 'history', title: words('History', '기록'), service: 'stepfunctions', of: 'executions', opens: false },
    { kind: 'functions', title: words('Functions', '함수'), service: 'lambda', of: null, opens: true },
    { kind: 'buckets', title: words('Buckets', '버킷'), service: 's3', of: null, opens: true },
    { kind: 'objects', title: words('Objects', '객체'), service: 's3', of: 'buckets', opens: true },
    { kind: 'roles', title: words('Roles', '역할'), service: 'iam', of: null, opens: true },
    { kind: 'log-groups', title: words('Log groups', '로그 그룹'), service: 'logs', of: null, opens: true },
];
const machine = 'arn:aws:states:us-east-1:100000000001:stateMachine:order-flow', run = 'arn:aws:states:us-east-1:100000000001:execution:order-flow:order-1842';

export function browse(query) {
    const kind = query.get('kind'), id = query.get('id'), of = query.get('of')?.split(level) ?? [];
    if (!kind) return { kinds };
    if (!kinds.some((one) => one.kind === kind)) return null;
    const list = (command, items, next = null) => ({ kind, command, items, next, error: null });
    const item = (given, name, more = {}) => ({ id: given, name, status: null, at: null, text: null, ...more });
    if (id && kind === 'state-machines') return { kind, id, command: `aws stepfunctions describe-state-machine --state-machine-arn ${id}`, detail: { stateMachineArn: id, name: 'order-flow', status: 'ACTIVE', type: 'STANDARD', roleArn: 'arn:aws:iam::100000000001:role/OrderRole', definition: '{"StartAt":"Check","States":{"Check":{"Type":"Pass","End":true}}}', creationDate: 1763802000 }, inside: ['executions'], error: null };
    if (id) return { kind, id, command: `aws stepfunctions describe-execution --execution-arn ${id}`, detail: { executionArn: id, name: 'order-1842', status: 'FAILED', error: 'Lambda.AccessDeniedException' }, inside: ['history'], error: null };
    if (kind === 'state-machines') return list('aws stepfunctions list-state-machines', [item(machine, 'order-flow', { status: 'STANDARD', at: at(0) })]);
    if (kind === 'executions') return list(`aws stepfunctions list-executions --state-machine-arn ${of[0]}`, query.get('next') ? [item('arn:x:order-1', 'order-1', { status: 'SUCCEEDED', at: at(1) })] : [item(run, 'order-1842', { status: 'FAILED', at: at(11, 20) })], query.get('next') ? null : 'more');
    if (kind === 'history') return list(`aws stepfunctions get-execution-history --execution-arn ${of[1]}`, [item('14', 'TaskFailed', { at: at(11, 21), text: 'Price: Lambda.AccessDeniedException' })]);
    if (kind === 'roles') return { ...list('aws iam list-roles', []), error: { code: 'ServiceFailure', message: 'The service is not well.' } };
    return list(`aws ${kind}`, []);
}

// ---- the review ----

export function review() {
    const fault = (id, title, ko, broken, seen, repaired, more = {}) => ({
        fault: id, number: 1, title: words(title, ko), challenge: 'order', broken_at: broken, surfaced_at: broken, detected_at: seen, mended_at: repaired, recovered_at: repaired, gone_at: null, hints: 0, learnt: null, calls: [], ...more,
    });
    const around = calls().slice(0, 7);
    const one = (id, name, rank, score, series, marks, list, solved) => ({ team: id, name, rank, score, solved, series, marks, faults: list });
    const mark = (time, kind, en) => ({ at: time, kind, label: words(en, en) });
    return {
        pack: 'first-shift', title: game().title, currency: 'points', started_at: started, ended_at: at(45), winner: second,
        teams: [
            one(own, 'Team 1', 2, 415, [[0, 0], [20, -5], [120, 10], [320, 40], [420, 100], [900, 180], [1500, 240], [2100, 380], [2600, 415]],
                [mark(at(0), 'broken', 'A path in the definition'), mark(at(2), 'detected', 'A path in the definition'), mark(at(5, 20), 'recovered', 'A path in the definition'), mark(at(7), 'solved', 'Give the money back'), mark(at(11), 'broken', 'The role lost its function'), mark(at(14), 'detected', 'The role lost its function'), mark(at(18), 'hint', 'Hint 1 of 3'), mark(at(25), 'recovered', 'The role lost its function')],
                [fault('path', 'A path in the definition', '정의 안의 경로', at(0), at(2), at(5, 20), { calls: around, learnt: words('The last event of a history names the path that was not found.', '기록의 마지막 이벤트에 찾지 못한 경로가 적혀 있습니다.') }), fault('role-lost-lambda', 'The role lost its function', '역할이 함수 권한을 잃었다', at(11), at(14), at(25), { hints: 1, calls: around, learnt: words('Attach the policy `Functions` to OrderRole.', 'OrderRole에 `Functions` 정책을 연결하세요.') })],
                [{ challenge: 'refund', at: at(7) }]),
            one(second, '치와와 또는 머핀', 1, 690, [[0, 0], [60, 20], [300, 120], [700, 260], [720, 240], [1000, 330], [1800, 510], [2600, 690]],
                [mark(at(0), 'broken', 'A path in the definition'), mark(at(0, 50), 'detected', 'A path in the definition'), mark(at(2, 10), 'recovered', 'A path in the definition')],
                [fault('path', 'A path in the definition', '정의 안의 경로', at(0), at(0, 50), at(2, 10), { calls: around.slice(2) }), fault('role-lost-lambda', 'The role lost its function', '역할이 함수 권한을 잃었다', at(11), at(11, 30), at(13), {}), fault('slow', 'A slow function', '느린 함수', at(30), at(31), null)],
                [{ challenge: 'refund', at: at(4) }, { challenge: 'order', at: at(13) }]),
            one(third, '<b>Keep Calm</b> & Karrot On', 3, -60, [[0, 0], [600, -30], [2600, -60]], [], [fault('path', 'A path in the definition', '정의 안의 경로', at(0), null, null)], []),
        ],
    };
}
