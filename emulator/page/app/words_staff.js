// The words of those who run an event, fetched with their views.
import { learn } from './words.js';

export const en = {
    // the event's state
    event: 'The event', to_ended: 'End the game', to_ended_ask: 'End the game for everybody? It cannot go on afterwards.', to_live_again: 'Score again', 'to_warm-up': 'Start the warm-up', to_live: 'Start the game', to_locked: 'Lock the scoring',
    freeze: 'Freeze the board', reveal: 'Reveal the board', extend_all: 'Longer for all', plus_minutes: (n) => `+${n} min`, scoring_is_on: 'Points count.', scoring_is_off: 'Points do not count.',
    schedule: 'Schedule', schedule_save: 'Save the schedule', schedule_why: 'Times of this machine’s clock, as long as the game goes on at its present speed. Empty: not by itself.', was_at: (time) => `was at ${time}`,
    warm_up_at: 'Warm-up', live_at: 'Start', lock_at: 'Scoring locked', freeze_at: 'Board frozen', ends_at: 'End', pages_open: 'pages open',
    // the roster
    teams_count: (n) => `${n} ${n === 1 ? 'team' : 'teams'}`, order_by: 'Order', order_rank: 'By rank', order_need: 'By need', health: 'Health', health_good: 'well', health_trouble: 'in trouble', health_idle: 'idle', health_unknown: 'not known yet',
    last_call: 'Last call', questions_short: 'Asks', ago: (time) => ` ${time} ago`, and_more: (n) => `and ${n} more`, here: (members, pages) => `${members} here, ${pages} ${pages === 1 ? 'page' : 'pages'}`, extended: (time) => `${time} longer`, look_at: 'Look', wants_name: (name) => `wants “${name}”`,
    // what is done
    act_on: 'Act on', all_teams: 'All teams', act_choose: 'Choose a team in the list to act on it alone.', act_faults: 'Faults', act_message: 'Message', act_time: 'More time', act_score: 'Correct the score', act_challenges: 'Challenges', act_name: 'Name', act_members: 'Members', act_keys: 'Keys', act_names: 'Names of teams',
    inject: 'Inject', withdraw: 'Withdraw', inject_done: (n) => `Injected for ${n} ${n === 1 ? 'team' : 'teams'}.`, withdraw_done: (n) => `Withdrawn for ${n} ${n === 1 ? 'team' : 'teams'}.`, fault_stands: 'Stands.', fault_stands_at: (n) => `Stands at ${n} ${n === 1 ? 'team' : 'teams'}.`, fault_of_none: 'Of no challenge', faults_none: 'No fault of that name.',
    message_text: 'Text', message_text_ko: 'In Korean, too (if it shall be)', message_send: 'Send', message_done: 'Sent.', level: 'Level', level_info: 'Information', level_good: 'Good news', level_warning: 'Warning', level_bad: 'Bad news',
    extend_one_why: 'Its lock and its end come later; nobody else’s.', extend_all_why: 'All that is still to come, comes later.', extend_done: (n) => `${n} ${n === 1 ? 'minute' : 'minutes'} longer.`,
    override_points: 'Points', override_reason: 'Reason, which the team reads', override_yes: 'Write it down', score_done: (score) => `The score is ${score} now.`,
    unlock: 'Unlock', solve: 'Solve', solve_ask: (name) => `Call “${name}” solved for this team?`, unlock_done: (n) => `Opened for ${n} ${n === 1 ? 'team' : 'teams'}.`, solve_done: (n) => (n ? 'Solved.' : 'It was solved already.'),
    name_proposed: (name) => `The team wants to be called “${name}”.`, name_accept: 'Accept', name_refuse: 'Refuse', name_new: 'New name', name_change: 'Rename', name_take_away: 'Take away', name_take_away_ask: (name) => `Take the name “${name}” away? The team has its old one again and cannot choose this one anew.`, name_done: (name) => `It is called “${name}”.`,
    member_done: (name) => `${name}: changed.`, members_none: 'Nobody is here yet.', keys_rotate: 'New keys', keys_rotate_why: 'New access keys, page link and code, where somebody has the old ones who should not.', keys_rotate_ask: (name) => `New keys for ${name}? The old ones and all its open pages stop at once.`, keys_done: 'New keys are made: they stand on the sheet.',
    names_why: 'May teams choose their names at once, or do they wait for your yes?', 'names_at once': 'At once', names_approved: 'With a yes',
    // the log
    log_title: 'What happens', log_all: 'The whole log', log_none: 'Nothing has happened yet.', log_kind: 'Kind', log_kind_all: 'Every kind', log_of_team: 'Team', log_of_team_all: 'Every team', log_team: 'team',
    log_state: 'state', log_score: 'score', log_fault: 'fault', log_challenge: 'challenge', log_message: 'message', log_question: 'question', log_notice: 'notice', log_control: 'facilitator',
    // the queue
    queue_title: 'Questions', queue_show: 'Show', queue_waiting: 'Waiting', queue_answered: 'Answered', queue_all: 'All', queue_none_waiting: 'Nobody waits for an answer.', queue_none_answered: 'None was answered yet.', queue_none_all: 'Nobody has asked yet.',
    queue_me: 'My name', queue_take: 'I take it', queue_answer: 'Answer', queue_add: 'Add to the answer', queue_answer_to: (name) => `Answer to ${name}`, queue_publish: 'Show it to every team', queue_published: 'for all', queue_waits: (time) => `waits ${time}`, facilitator: 'Facilitator', supporter: 'Supporter',
    // the sheet and the files
    sheet_title: 'Sheet', sheet_why: 'One slip a team, to print and cut. Whoever scans the code or types it joins the team; what else opens its account is printed only where you ask for it.', sheet_print: 'Print', sheet_keys: 'With access keys', sheet_no_keys: 'Without access keys', slip_join: 'Scan, or type the code at', join_code_of: (name) => `Code to join ${name}`,
    exports: 'Files to keep', export_csv: 'Scoreboard, CSV', export_csv_why: 'as CTFd exports it', export_log: 'Score log, CSV', export_log_why: 'every change with its reason', export_json: 'Scoreboard, JSON', export_json_why: 'as CTFd’s API answers', export_ctftime: 'CTFtime feed', export_ctftime_why: 'standings and tasks', export_archive: 'Archive', export_archive_why: 'the whole game, for rehearse replay', export_review: 'Review, HTML', export_review_why: 'one file, to keep and to send',
    // a replay
    replay: 'Replay', seek_at: 'Moment of the game', seek_back: (n) => `${n} seconds back`, seek_on: (n) => `${n} seconds on`,
};

export const ko = {
    event: '이벤트', to_ended: '게임 종료', to_ended_ask: '모든 팀의 게임을 끝낼까요? 끝낸 뒤에는 계속할 수 없습니다.', to_live_again: '채점 다시 시작', 'to_warm-up': '연습 시작', to_live: '게임 시작', to_locked: '채점 마감',
    freeze: '순위표 동결', reveal: '순위표 공개', extend_all: '모든 팀 연장', plus_minutes: (n) => `+${n}분`, scoring_is_on: '점수가 반영됩니다.', scoring_is_off: '점수가 반영되지 않습니다.',
    schedule: '일정', schedule_save: '일정 저장', schedule_why: '이 컴퓨터의 시계 기준이며, 게임이 지금 속도로 진행될 때의 시각입니다. 비워 두면 자동으로 바뀌지 않습니다.', was_at: (time) => `${time}에 지남`,
    warm_up_at: '연습', live_at: '시작', lock_at: '채점 마감', freeze_at: '순위표 동결', ends_at: '종료', pages_open: '열린 페이지',
    teams_count: (n) => `${n}개 팀`, order_by: '정렬', order_rank: '순위순', order_need: '도움이 필요한 순', health: '상태', health_good: '정상', health_trouble: '장애 중', health_idle: '활동 없음', health_unknown: '아직 모름',
    last_call: '마지막 호출', questions_short: '질문', ago: (time) => ` ${time} 전`, and_more: (n) => `외 ${n}개`, here: (members, pages) => `${members}명 참여, 페이지 ${pages}개`, extended: (time) => `${time} 연장`, look_at: '보기', wants_name: (name) => `“${name}” 신청`,
    act_on: '조치 대상', all_teams: '모든 팀', act_choose: '목록에서 팀을 선택하면 그 팀에만 적용됩니다.', act_faults: '장애', act_message: '메시지', act_time: '시간 연장', act_score: '점수 정정', act_challenges: '챌린지', act_name: '이름', act_members: '팀원', act_keys: '키', act_names: '팀 이름',
    inject: '일으키기', withdraw: '거두기', inject_done: (n) => `${n}개 팀에 일으켰습니다.`, withdraw_done: (n) => `${n}개 팀에서 거두었습니다.`, fault_stands: '발생 중입니다.', fault_stands_at: (n) => `${n}개 팀에서 발생 중입니다.`, fault_of_none: '챌린지와 무관', faults_none: '그런 이름의 장애가 없습니다.',
    message_text: '내용', message_text_ko: '한국어 (선택)', message_send: '보내기', message_done: '보냈습니다.', level: '종류', level_info: '안내', level_good: '좋은 소식', level_warning: '경고', level_bad: '나쁜 소식',
    extend_one_why: '이 팀의 채점 마감과 종료만 늦춰집니다.', extend_all_why: '앞으로 남은 모든 일정이 늦춰집니다.', extend_done: (n) => `${n}분 연장했습니다.`,
    override_points: '점수', override_reason: '이유 (팀에게 보입니다)', override_yes: '기록하기', score_done: (score) => `현재 점수는 ${score}점입니다.`,
    unlock: '열기', solve: '해결 처리', solve_ask: (name) => `이 팀의 “${name}”을(를) 해결된 것으로 처리할까요?`, unlock_done: (n) => `${n}개 팀에 열었습니다.`, solve_done: (n) => (n ? '해결 처리했습니다.' : '이미 해결되어 있습니다.'),
    name_proposed: (name) => `팀이 “${name}”(이)라는 이름을 신청했습니다.`, name_accept: '승인', name_refuse: '거절', name_new: '새 이름', name_change: '이름 바꾸기', name_take_away: '이름 회수', name_take_away_ask: (name) => `“${name}”을(를) 회수할까요? 팀은 이전 이름으로 돌아가고 이 이름을 다시 쓸 수 없습니다.`, name_done: (name) => `이제 이름은 “${name}”입니다.`,
    member_done: (name) => `${name}: 변경했습니다.`, members_none: '아직 아무도 없습니다.', keys_rotate: '새 키 발급', keys_rotate_why: '키가 다른 사람에게 알려졌을 때 접근 키, 페이지 링크, 참가 코드를 새로 만듭니다.', keys_rotate_ask: (name) => `${name} 팀의 키를 새로 만들까요? 이전 키와 열려 있는 페이지는 바로 닫힙니다.`, keys_done: '새 키를 만들었습니다. 배부 자료에서 확인하세요.',
    names_why: '팀이 이름을 바로 정할 수 있나요, 아니면 승인을 기다리나요?', 'names_at once': '바로', names_approved: '승인 후',
    log_title: '진행 기록', log_all: '전체 기록', log_none: '아직 아무 일도 없습니다.', log_kind: '종류', log_kind_all: '모든 종류', log_of_team: '팀', log_of_team_all: '전체 팀', log_team: '팀',
    log_state: '단계', log_score: '점수', log_fault: '장애', log_challenge: '챌린지', log_message: '메시지', log_question: '질문', log_notice: '알림', log_control: '진행자',
    queue_title: '질문', queue_show: '표시', queue_waiting: '대기', queue_answered: '답변함', queue_all: '전체', queue_none_waiting: '답을 기다리는 팀이 없습니다.', queue_none_answered: '아직 답변한 질문이 없습니다.', queue_none_all: '아직 질문이 없습니다.',
    queue_me: '내 이름', queue_take: '제가 맡을게요', queue_answer: '답변하기', queue_add: '답변 추가', queue_answer_to: (name) => `${name}에 답변`, queue_publish: '모든 팀에 공개', queue_published: '전체 공개', queue_waits: (time) => `${time} 대기`, facilitator: '진행자', supporter: '지원자',
    sheet_title: '배부 자료', sheet_why: '팀마다 한 장씩 인쇄해 나누어 주세요. 코드를 스캔하거나 입력하면 팀에 참가합니다. 계정의 접근 키는 원할 때만 함께 인쇄됩니다.', sheet_print: '인쇄', sheet_keys: '접근 키 포함', sheet_no_keys: '접근 키 제외', slip_join: '스캔하거나 아래 주소에서 코드를 입력하세요', join_code_of: (name) => `${name} 참가 코드`,
    exports: '보관할 파일', export_csv: '순위표 CSV', export_csv_why: 'CTFd 내보내기 형식', export_log: '점수 기록 CSV', export_log_why: '모든 변화와 이유', export_json: '순위표 JSON', export_json_why: 'CTFd API 형식', export_ctftime: 'CTFtime 피드', export_ctftime_why: '순위와 과제', export_archive: '전체 기록', export_archive_why: 'rehearse replay로 다시 볼 수 있는 게임 전체', export_review: '돌아보기 HTML', export_review_why: '보관하고 보낼 수 있는 파일 하나',
    replay: '다시 보기', seek_at: '게임 시각', seek_back: (n) => `${n}초 뒤로`, seek_on: (n) => `${n}초 앞으로`,
};

export const learnStaff = () => learn({ en, ko });
