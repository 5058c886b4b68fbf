const points = (n, shown) => `${shown}점`;

export const ko = {
    // the frame
    views: '화면', team: '팀', board: '순위표', executions: '실행', chat: '채팅', console: '콘솔', calls: '호출', questions: '질문', guide: '가이드', keys: '접속 정보',
    room: '상황실', queue: '질문', log: '기록', sheet: '배부 자료', review: '돌아보기', looking_at: '보고 있는 팀', views_of_team: '팀 화면', waiting: (n) => `${n}개 대기 중`,
    skip: '본문으로 건너뛰기', language: '언어', theme: '테마', theme_auto: '시스템 설정', theme_light: '밝게', theme_dark: '어둡게',
    connecting: '연결하는 중…', lost: '연결이 끊겼습니다. 다시 연결하는 중…', live_again: '다시 연결되었습니다.',
    loading: '불러오는 중…', failed: (why) => `처리하지 못했습니다: ${why}`, unreachable: '서버가 응답하지 않습니다.',
    copy: '복사', copied: '복사됨', copy_command: '명령 복사', dismiss: '닫기',
    // the clock
    state_preparing: '준비 중', state_draft: '시작 전', 'state_warm-up': '연습', state_live: '진행 중', state_locked: '채점 마감', state_paused: '일시 정지', state_ended: '종료', state_failed: '시작하지 못함',
    time_left: '남은 시간', time_to_start: '시작까지', in_time: (time) => ` ${time} 뒤`,
    draft_says: '게임이 아직 시작되지 않았습니다. 키는 시작할 때부터 사용할 수 있습니다.', warm_up_says: '연습 시간입니다. 둘러보고 시험해 보세요. 아직 점수는 반영되지 않습니다. 게임 시작:', paused_says: '게임이 일시 정지되었습니다. 읽을 수는 있지만 다시 시작할 때까지 변경은 거부됩니다.',
    locked_says: '채점이 마감되었습니다. 점수는 더 이상 바뀌지 않지만 끝까지 계속할 수 있습니다. 종료:', ended_says: '게임이 끝났습니다.', frozen_says: (time) => `순위표가 ${time}부터 동결되었습니다. 우리 팀 점수는 계속 반영됩니다.`, frozen_chip: (time) => `${time}부터 동결`, review_open: '게임 돌아보기',
    try_again: '다시 시도', sign_out: '로그아웃', time_played: '진행 시간', clock: '시계', pause: '일시 정지', resume: '계속하기', speed: '속도', times: (n) => `${n}배`,
    step: '시간 진행', step_minute: '+1분', step_ten: '+10초', step_why: '일시 정지한 동안 시간을 조금씩 진행할 수 있습니다.',
    marks: '저장 지점', mark_set: '저장 지점 만들기', mark_label: '저장 지점 이름', mark_default: (time) => `${time} 시점`, rewind: '되돌리기',
    rewind_ask: (label) => `“${label}” 시점으로 되돌릴까요? 그 뒤에 일어난 일은 모두 취소됩니다.`, rewind_yes: '되돌리기', no_marks: '아직 저장 지점이 없습니다. 저장 지점을 만들면 그 순간으로 돌아갈 수 있습니다.',
    cancel: '계속 진행', cancel_plain: '취소',
    // the score
    name_waits: (name) => `“${name}”이(가) 승인을 기다리고 있습니다.`, rename: '팀 이름 짓기', rename_yes: '이름 정하기', rename_no: '나중에', over: (score) => `근무가 끝났습니다. 최종 점수는 ${score}점입니다.`, begin: '여기서 시작하세요', times_over: (n) => `${n}번`,
    score: '점수', points, minute: '최근 1분', five_minutes: '최근 5분', rank: '순위', rank_of: (n, of) => `${of}팀 중 ${n}위`, chart: '시간별 점수',
    chart_says: (score, low, high) => `시간별 점수: 현재 ${score}, 최저 ${low}, 최고 ${high}. 변화의 이유는 아래 목록에 있습니다.`,
    chart_empty: '첫 점수가 나면 그래프가 시작됩니다.',
    score_now: (score) => `현재 ${score}점.`,
    feed: '점수가 움직인 이유', feed_empty: '아직 아무 일도 일어나지 않았습니다. 곧 일어납니다.', older: '이전 기록 보기', all_shown: '여기가 시작입니다.',
    kind_earned: '획득', kind_missed: '놓침', kind_cost: '손실', kind_detected: '발견', kind_recovered: '복구', kind_solved: '해결', kind_hint: '힌트',
    kind_bonus: '보너스', kind_penalty: '벌점', kind_override: '정정', kind_rewound: '되돌림', unscored: '반영되지 않음', by_facilitator: '진행자',
    // challenges
    challenges: '챌린지', challenge_locked: '잠김', challenge_open: '진행 중', challenge_solved: '해결', challenge_again: '해결 후 다시 고장', challenge_locked_why: '게임이 진행되면 열립니다.', challenge_expired: '마감', challenge_expired_why: '시간이 끝나 고객이 떠났습니다.', unlock_at: (time) => `${time} 뒤에 열립니다.`, unlock_score: (points) => `${points}점이 되면 열립니다.`, unlock_after: (names) => `다음을 해결하면 열립니다: ${names}.`, unlock_hand: '진행자가 엽니다.',
    scores_until: (time) => `점수 반영 ${time} 남음`, expires_at: (time) => `${time} 뒤 마감`, scoring_off: '지금은 점수가 반영되지 않습니다.',
    challenges_empty: '게임 준비가 끝나면 챌린지가 나타납니다.',
    trouble: '지금 점수를 얻지 못하고 있습니다', because: '이유:', cause_whole: '전체 내용', since: (time) => `${time}부터`, what_failed: '실패한 호출', look: '직접 확인하기', try_call: '실패하는 호출',
    nothing_broken: '모든 고객이 서비스를 받고 있습니다.', not_probed: '아직 찾아온 고객이 없습니다.',
    probes: '고객', probe_unknown: '확인 전', probe_good: '정상', probe_wrong: '잘못된 응답', probe_error: '오류', earns: (n) => `성공 +${n}`, costs: (n) => `오류 −${n}`,
    faults: '장애', fault: (n) => `장애 ${n}`, fault_broken: '발생', fault_found: '발견', fault_mended: '고침, 확인을 기다리는 중', fault_recovered: '복구됨', fault_gone: '저절로 사라짐',
    answers: '답', answer_give: '답 보내기', answer_right: '정답입니다.', answer_wrong: '정답이 아닙니다.', answer_pending: '확인하고 있습니다…', answer_tries: (n) => `${n}번 남음`,
    hints: '힌트', hint: (stage, stages) => `힌트 ${stage}/${stages}`, hint_for: (fault) => `장애 ${fault}`, hint_price: (price) => `${price}점`,
    hint_buy: (price) => `${price}점으로 보기`, hint_ask: (price, shown) => `힌트를 보는 데 ${shown}점을 쓸까요?`, hint_pay: (price) => `${price}점 쓰기`, hint_keep: '아껴 두기', hints_none: '지금 살 수 있는 힌트가 없습니다.',
    open_guide: '가이드',
    // members and questions
    members: '우리 팀원', role_captain: '팀장', role_member: '팀원', role_observer: '참관', role_of: (name) => `${name}의 역할`, you_one: '나', member_away: '아직 오지 않음', member_remove: '내보내기', member_ask: (name) => `${name} 님을 팀에서 내보낼까요?`,
    questions_title: '질문', questions_why: '지원자에게 한국어나 영어로 물어보세요. 지원자는 우리 팀 화면을 볼 수 있으므로 모든 것을 설명하지 않아도 됩니다.', questions_empty: '아직 질문이 없습니다.', question_ask: '질문', question_what: '무엇을 시도했고, 무엇을 기대했나요?', question_about: '주제', question_about_all: '게임 전체', question_send: '질문하기',
    question_open: '대기 중', question_taken: '확인 중', question_taken_by: (name) => `${name} 님이 확인 중`, question_answered: '답변됨', question_of_others: '다른 팀의 질문',
    // messages
    messages: '메시지', messages_empty: 'CTO의 연락이 없습니다. 지금을 즐기세요.', earlier: (n) => `이전 메시지 ${n}개`, 
    notices: '시나리오 팩 알림',
    // calls
    calls_title: '최근 호출', calls_empty: '아직 호출이 없습니다. 접속 정보를 터미널에 붙여 넣고 호출해 보세요.', calls_none_fit: '조건에 맞는 호출이 없습니다.',
    calls_older: '이전 호출 보기', filter: '찾기', filter_what: '작업, 서비스, 오류…', errors_only: '오류만', own_only: '우리 팀 호출만',
    time: '시각', call: '호출', status: '상태', by: '호출한 쪽', took: '걸린 시간', answer: '응답',
    by_client: '우리 팀', 'by_state machine': '상태 머신', by_function: '함수', by_pipeline: '파이프라인', by_pack: '고객', by_house: '게임', ms: (n) => `${n}ms`,
    // the console
    console_title: '콘솔', console_why: '계정에 있는 것을 살펴볼 수 있습니다. 변경은 aws 명령줄 도구나 SDK로 하세요.', console_kinds: '리소스 종류', console_way: '현재 위치', console_same: '같은 내용을 보는 명령', console_empty: '아무것도 없습니다.', console_count: (n) => `${n}개 표시`, console_more: '더 보기', console_again: '새로 고침', console_inside: '안에 있는 것:',
    // executions
    executions_title: '실행', executions_empty: '아직 실행된 것이 없습니다.', machine: '상태 머신', name: '이름', started: '시작', ran: '실행 시간', running: '실행 중',
    status_RUNNING: '실행 중', status_SUCCEEDED: '성공', status_FAILED: '실패', status_ABORTED: '중단됨', status_TIMED_OUT: '시간 초과', status_PENDING_REDRIVE: '재실행 대기',
    failing: '실패한 이벤트', event: (id, type) => `이벤트 ${id}, ${type}`, in_state: (state) => `상태 “${state}”`, step_failed: '단계 실패', in_step: (step) => `단계 “${step}”`, history: '기록 (최신순)', graph: '그래프', back: '모든 실행', details: '자세히',
    graph_says: (machine, states) => `${machine}의 상태: ${states}.`, graph_hint: '상태를 선택하면 그 이벤트를 볼 수 있습니다.', graph_none: '이 정의는 그림으로 나타낼 수 없습니다.',
    standing_idle: '도달하지 않음', standing_entered: '진입', standing_succeeded: '성공', standing_failed: '실패', standing_retried: '재시도', standing_caught: '오류 처리', all_states: '모든 상태',
    standing_cached: '캐시에서 가져옴', steps: '단계', attempt: (n) => `${n}번째 시도`, cache_hit: '캐시 적중', outcome: (value) => `결과 ${value}`, log_tail: '로그의 마지막 줄', log_empty: '작업이 아직 아무것도 기록하지 않았습니다.',
    steps_hint: '단계를 선택하면 만들어진 것을 볼 수 있습니다.', graph_says_steps: (pipeline, steps) => `${pipeline}의 단계: ${steps}.`,
    callback_waits: '단계가 콜백을 기다리고 있습니다:', callback_message: '대기열로 보낼 메시지', course_says: (text) => `지표의 변화: ${text}.`,
    state_input: '입력', state_output: '출력', state_variables: '할당된 변수', state_error: '오류',
    execution_gone: '해당 실행이 없습니다.', events_capped: '최신 이벤트만 표시합니다.',
    // monitoring
    monitoring: '모니터링', monitoring_title: '모니터링', monitoring_none: '아직 모니터링하는 엔드포인트가 없습니다. 모니터링 일정과 그 결과가 여기에 표시됩니다.', monitoring_which: '일정',
    monitoring_of: (type, endpoint) => `엔드포인트 ${endpoint}의 ${type}`, monitoring_alert: '경고', monitoring_calm: '경고 없음', monitoring_runs: '실행', monitoring_no_runs: '아직 실행되지 않았습니다.',
    monitoring_drift: '기준선과의 차이', monitoring_threshold: '임계값', monitoring_before: '기준선', monitoring_now: '현재', monitoring_feature: '특성', monitoring_check: '검사', monitoring_what: '발견된 내용',
    monitoring_violations: '위반', monitoring_clean: '위반이 없습니다.', monitoring_report: '보고서',
    monitoring_says: (feature, distance, threshold) => `${feature}: 기준선과의 차이 ${distance}, 허용 한도 ${threshold}`, monitoring_run_says: (when, status) => `${when}: ${status}`,
    // forecasts
    forecast: '예측', forecast_title: '예측', forecast_none: '아직 예측이 없습니다. 완성된 예측이 품목별로 여기에 표시됩니다.', forecast_item: '품목', forecast_which: '예측 선택',
    forecast_says: (item, low, middle, high) => `${item} 예측: 첫 구간은 ${low}에서 ${high} 사이이고, 가장 가능성이 높은 값은 ${middle}입니다. 구간별 값은 아래 표에 있습니다.`,
    forecast_history: '과거', forecast_actual: '실제 값', forecast_steps: '구간별 값', forecast_when: '시점', forecast_accuracy: '백테스트 정확도', forecast_metric: '지표', forecast_value: '값', forecast_loading: '불러오는 중…',
    forecast_jobs: '가져오기, 예측기, 예측', forecast_kind: '종류', forecast_status: '상태', 'forecast_kind_forecast': '예측', 'forecast_kind_predictor': '예측기', 'forecast_kind_dataset-import-job': '가져오기',
    // chat
    chat_title: '봇과 대화하기', chat_no_bots: '계정에 봇이 없습니다.', chat_none_said: '아직 봇과 나눈 대화가 없습니다.', chat_begin: '고객처럼 말을 걸어 보세요.', chat_say: '말하기', chat_send: '보내기', chat_anew: '새 세션', chat_you: '나:', chat_bot: '봇:',
    chat_waits: '봇이 생각하고 있습니다…', chat_silent: '봇이 아무 말도 하지 않습니다.', bot: '봇', bot_alias: '별칭', bot_locale: '로캘', understood: '봇이 이해한 것', confidence: '신뢰도', slot_open: '비어 있음',
    hook_ran: (hook, n) => `${hook} ${n}ms 실행`, hook_none: '코드 후크 없음',
    // guide, keys
    guide_title: '가이드', guide_whole: '게임 안내', guide_none: '이 항목에는 가이드가 없습니다.', guide_other: '이 가이드는 한국어로 제공되지 않습니다.',
    keys_title: '접속 정보', keys_why: '아래 내용을 터미널에 붙여 넣으면 aws 명령줄 도구와 모든 SDK가 이 클라우드에 연결됩니다.', shell: '셸', profile: '셸 명령', endpoint: '엔드포인트', region: '리전', account: '계정',
    access_key: '액세스 키', secret_key: '비밀 키', show: '보기', hide: '숨기기', then_try: '그다음 실행해 보기', keys_care: '이 키로는 우리 팀 계정에만 접근할 수 있습니다. 키를 가진 사람은 우리 팀으로 게임에 참여하게 됩니다.',
    // board
    board_title: '순위표', board_empty: '아직 팀이 없습니다.', solved: '해결', rank_short: '#', wall_open: '큰 화면으로 보기', wall_code: '이 페이지 주소의 코드', wall_join: '팀 코드로 참가하세요', wall_full: '전체 화면', wall_leave: '나가기', wall_frozen: (time) => `${time}부터 동결`, you: '우리 팀', ties: '동점이면 그 점수에 먼저 도달한 팀이 앞섭니다.', team_name: '팀', trend: '최근 5분',
    // at the door
    door: '입장하기', door_join: '받은 쪽지에 적힌 코드로 팀에 참가하세요.', code: '팀 코드', your_name: '이름', join: '참가', code_wrong: '그런 코드가 없습니다.', door_token: '토큰이 있습니다', door_why: 'Rehearse가 출력한 링크를 열거나, 링크의 토큰을 여기에 붙여 넣으세요.', token: '토큰', enter: '입장', door_wrong: '유효하지 않은 토큰입니다.',
    no_game: '진행 중인 게임이 없습니다', no_game_why: '지금은 연습용 클라우드로만 실행 중입니다. 사용하려면 터미널에 다음 내용을 붙여 넣으세요.', no_game_start: '게임을 하려면 Rehearse를 게임과 함께 시작하세요: rehearse run first-shift.',
};
