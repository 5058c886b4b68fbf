const points = (n, shown) => `${shown} ${Math.abs(n) === 1 ? 'point' : 'points'}`;

export const en = {
    // the frame
    views: 'Views', team: 'Team', board: 'Board', executions: 'Executions', chat: 'Chat', console: 'Console', calls: 'Calls', questions: 'Questions', guide: 'Guide', keys: 'Keys',
    room: 'Control room', queue: 'Questions', log: 'Log', sheet: 'Sheet', review: 'Review', looking_at: 'Looking at', views_of_team: 'Views of the team', waiting: (n) => `${n} waiting`,
    skip: 'Skip to the content', language: 'Language', theme: 'Theme', theme_auto: 'As the system', theme_light: 'Light', theme_dark: 'Dark',
    connecting: 'Connecting…', lost: 'Connection lost. Trying again…', live_again: 'Connected again.',
    loading: 'Loading…', failed: (why) => `That did not work: ${why}`, unreachable: 'the server does not answer.',
    copy: 'Copy', copied: 'Copied', copy_command: 'Copy the command', dismiss: 'Dismiss',
    // the clock
    state_preparing: 'Getting ready', state_draft: 'Not begun', 'state_warm-up': 'Warm-up', state_live: 'Live', state_locked: 'Scoring locked', state_paused: 'Paused', state_ended: 'Ended', state_failed: 'Could not start',
    time_left: 'Time left', time_to_start: 'Time to the start', in_time: (time) => ` in ${time}`,
    draft_says: 'The game has not begun. Your keys work from the start on.', warm_up_says: 'Warm-up: look around and try things. Nothing is scored yet; the game begins', paused_says: 'The game is paused. You can go on reading; changes are refused until it goes on.',
    locked_says: 'Scoring is over: no points are given or taken any more. You can go on until the end', ended_says: 'The game is over.', frozen_says: (time) => `The board is frozen since ${time}. Your own score goes on.`, frozen_chip: (time) => `frozen since ${time}`, review_open: 'Look back at the game',
    try_again: 'Try again', sign_out: 'Sign out', time_played: 'Played', clock: 'Clock', pause: 'Pause', resume: 'Resume', speed: 'Speed', times: (n) => `${n}×`,
    step: 'Step', step_minute: '+1 min', step_ten: '+10 s', step_why: 'The clock can be stepped while it is paused.',
    marks: 'Marks', mark_set: 'Set a mark', mark_label: 'Name of the mark', mark_default: (time) => `at ${time}`, rewind: 'Rewind',
    rewind_ask: (label) => `Go back to “${label}”? What happened since is undone.`, rewind_yes: 'Go back', no_marks: 'No marks yet. A mark is a moment to which you can return.',
    cancel: 'Keep going', cancel_plain: 'Cancel',
    // the score
    name_waits: (name) => `“${name}” waits for the facilitator’s yes.`, rename: 'Name your team', rename_yes: 'Take the name', rename_no: 'Not now', over: (score) => `The shift is over. Your score: ${score}.`, begin: 'Begin here', times_over: (n) => `${n} times`,
    score: 'Score', points, minute: 'Last minute', five_minutes: 'Last 5 minutes', rank: 'Rank', rank_of: (n, of) => `${n} of ${of}`, chart: 'Score over time',
    chart_says: (score, low, high) => `The score over time: now ${score}, lowest ${low}, highest ${high}. The feed below tells each change.`,
    chart_empty: 'The line begins with the first point.',
    score_now: (score) => `Score ${score}.`,
    feed: 'Why the score moves', feed_empty: 'Nothing has gone wrong yet. It will.', older: 'Show older entries', all_shown: 'This is where it began.',
    kind_earned: 'earned', kind_missed: 'missed', kind_cost: 'cost', kind_detected: 'found', kind_recovered: 'repaired', kind_solved: 'solved', kind_hint: 'hint',
    kind_bonus: 'bonus', kind_penalty: 'penalty', kind_override: 'corrected', kind_rewound: 'rewound', unscored: 'not counted', by_facilitator: 'by the facilitator',
    // challenges
    challenges: 'Challenges', challenge_locked: 'Locked', challenge_open: 'Open', challenge_solved: 'Solved', challenge_again: 'Solved, broken again', challenge_locked_why: 'It opens later in the game.', challenge_expired: 'Over', challenge_expired_why: 'Its time is over; its customers have left.', unlock_at: (time) => `It opens in ${time}.`, unlock_score: (points) => `It opens at a score of ${points}.`, unlock_after: (names) => `It opens when this is solved: ${names}.`, unlock_hand: 'The facilitator opens it.',
    scores_until: (time) => `scores for ${time} more`, expires_at: (time) => `closes in ${time}`, scoring_off: 'Points do not count just now.',
    challenges_empty: 'The challenges appear when the game is ready.',
    trouble: 'You are not being scored', because: 'Because:', cause_whole: 'All that it said', since: (time) => `since ${time}`, what_failed: 'What failed', look: 'See it for yourself', try_call: 'The call that fails',
    nothing_broken: 'Every customer is served.', not_probed: 'No customer has come yet.',
    probes: 'Customers', probe_unknown: 'not yet asked', probe_good: 'served', probe_wrong: 'wrong answer', probe_error: 'error', earns: (n) => `earns ${n}`, costs: (n) => `costs ${n}`,
    faults: 'Troubles', fault: (n) => `Trouble ${n}`, fault_broken: 'broken', fault_found: 'found', fault_mended: 'mended, waiting for proof', fault_recovered: 'repaired', fault_gone: 'went away by itself',
    answers: 'Answers', answer_give: 'Answer', answer_right: 'Right.', answer_wrong: 'That is not it.', answer_pending: 'It is being looked at…', answer_tries: (n) => `${n} ${n === 1 ? 'try' : 'tries'} left`,
    hints: 'Hints', hint: (stage, stages) => `Hint ${stage} of ${stages}`, hint_for: (fault) => `for trouble ${fault}`, hint_price: (price) => `Costs ${price}`,
    hint_buy: (price) => `Buy for ${price}`, hint_ask: (price, shown) => `Pay ${points(price, shown)} for this hint?`, hint_pay: (price) => `Pay ${price}`, hint_keep: 'Keep the points', hints_none: 'No hints are for sale now.',
    open_guide: 'Guide',
    // members and questions
    members: 'Your team', role_captain: 'captain', role_member: 'member', role_observer: 'observer', role_of: (name) => `Role of ${name}`, you_one: 'you', member_away: 'not here yet', member_remove: 'Remove', member_ask: (name) => `Remove ${name} from the team?`,
    questions_title: 'Questions', questions_why: 'Ask those who support the event, in English or Korean. They see your page, so you need not describe it all.', questions_empty: 'Nothing was asked yet.', question_ask: 'Your question', question_what: 'What did you try, and what did you expect?', question_about: 'About', question_about_all: 'The game as a whole', question_send: 'Ask',
    question_open: 'waits', question_taken: 'somebody is on it', question_taken_by: (name) => `${name} is on it`, question_answered: 'answered', question_of_others: 'Asked by another team',
    // messages
    messages: 'Messages', messages_empty: 'No word from the CTO. Enjoy it.', earlier: (n) => `${n} earlier ${n === 1 ? 'message' : 'messages'}`, 
    notices: 'About the pack',
    // calls
    calls_title: 'Recent calls', calls_empty: 'No calls yet. Paste your keys into a terminal and make one.', calls_none_fit: 'No call fits the filter.',
    calls_older: 'Show older calls', filter: 'Filter', filter_what: 'operation, service, error…', errors_only: 'Errors only', own_only: 'Ours only',
    time: 'Time', call: 'Call', status: 'Status', by: 'By', took: 'Took', answer: 'Answer',
    by_client: 'you', 'by_state machine': 'state machine', by_function: 'function', by_pipeline: 'pipeline', by_pack: 'customers', by_house: 'the game', ms: (n) => `${n} ms`,
    // the console
    console_title: 'Console', console_why: 'What your account holds, to look at. Changes are made with the aws command line or an SDK.', console_kinds: 'Kinds of resources', console_way: 'Where you are', console_same: 'The same with the command line', console_empty: 'There is none.', console_count: (n) => `${n} shown`, console_more: 'Show more', console_again: 'Fetch again', console_inside: 'In it:',
    // executions
    executions_title: 'Executions', executions_empty: 'Nothing has run yet.', machine: 'State machine', name: 'Name', started: 'Started', ran: 'Ran for', running: 'still running',
    status_RUNNING: 'Running', status_SUCCEEDED: 'Succeeded', status_FAILED: 'Failed', status_ABORTED: 'Aborted', status_TIMED_OUT: 'Timed out', status_PENDING_REDRIVE: 'Pending redrive',
    failing: 'Failing event', event: (id, type) => `Event ${id}, ${type}`, in_state: (state) => `in state “${state}”`, step_failed: 'Step failed', in_step: (step) => `in step “${step}”`, history: 'History, newest first', graph: 'Graph', back: 'All executions', details: 'Details',
    graph_says: (machine, states) => `The states of ${machine}: ${states}.`, graph_hint: 'Choose a state to see its events.', graph_none: 'The definition cannot be drawn.',
    standing_idle: 'not reached', standing_entered: 'entered', standing_succeeded: 'succeeded', standing_failed: 'failed', standing_retried: 'retried', standing_caught: 'caught', all_states: 'All states',
    standing_cached: 'taken from the cache', steps: 'Steps', attempt: (n) => `attempt ${n}`, cache_hit: 'cache hit', outcome: (value) => `outcome ${value}`, log_tail: 'The log’s last lines', log_empty: 'The job has logged nothing yet.',
    steps_hint: 'Choose a step to see what it made.', graph_says_steps: (pipeline, steps) => `The steps of ${pipeline}: ${steps}.`,
    callback_waits: 'The step waits to be called back:', callback_message: 'The message for its queue', course_says: (text) => `The course of the metrics: ${text}.`,
    state_input: 'Input', state_output: 'Output', state_variables: 'Variables assigned', state_error: 'Error',
    execution_gone: 'There is no such execution.', events_capped: 'Only the newest events are shown.',
    // monitoring
    monitoring: 'Monitoring', monitoring_title: 'Monitoring', monitoring_none: 'No endpoint is monitored yet. A monitoring schedule shows here with what it finds.', monitoring_which: 'Schedule',
    monitoring_of: (type, endpoint) => `${type} of the endpoint ${endpoint}`, monitoring_alert: 'Alert', monitoring_calm: 'No alert', monitoring_runs: 'Executions', monitoring_no_runs: 'It has not run yet.',
    monitoring_drift: 'How far from the baseline', monitoring_threshold: 'threshold', monitoring_before: 'baseline', monitoring_now: 'now', monitoring_feature: 'Feature', monitoring_check: 'Kind of check', monitoring_what: 'What was found',
    monitoring_violations: 'Violations', monitoring_clean: 'Nothing was violated.', monitoring_report: 'Report',
    monitoring_says: (feature, distance, threshold) => `${feature}: ${distance} from the baseline, ${threshold} is allowed.`, monitoring_run_says: (when, status) => `${when}: ${status}`,
    // forecasts
    forecast: 'Forecasts', forecast_title: 'Forecasts', forecast_none: 'No forecast stands yet. One that is ready shows here, item by item.', forecast_item: 'Item', forecast_which: 'Forecast',
    forecast_says: (item, low, middle, high) => `Forecast of ${item}: the first step between ${low} and ${high}, most likely ${middle}. The table below tells each step.`,
    forecast_history: 'history', forecast_actual: 'what came', forecast_steps: 'Each step', forecast_when: 'When', forecast_accuracy: 'Accuracy in backtests', forecast_metric: 'Metric', forecast_value: 'Value', forecast_loading: 'Loading…',
    forecast_jobs: 'Imports, predictors, forecasts', forecast_kind: 'What', forecast_status: 'Status', 'forecast_kind_forecast': 'Forecast', 'forecast_kind_predictor': 'Predictor', 'forecast_kind_dataset-import-job': 'Import',
    // chat
    chat_title: 'Talk to a bot', chat_no_bots: 'There is no bot in your account.', chat_none_said: 'Nothing was said to a bot so far.', chat_begin: 'Say something, as a customer would.', chat_say: 'Say something', chat_send: 'Say', chat_anew: 'New session', chat_you: 'You:', chat_bot: 'Bot:',
    chat_waits: 'The bot is thinking…', chat_silent: 'The bot says nothing.', bot: 'Bot', bot_alias: 'Alias', bot_locale: 'Locale', understood: 'What the bot understood', confidence: 'Confidence', slot_open: 'open',
    hook_ran: (hook, n) => `${hook} ran for ${n} ms`, hook_none: 'no code hook',
    // guide, keys
    guide_title: 'Guide', guide_whole: 'The game', guide_none: 'There is no guide for this.', guide_other: 'This page is not there in English.',
    keys_title: 'Your keys', keys_why: 'Paste these lines into a terminal; then the stock aws command line and every SDK speak to this cloud.', shell: 'Shell', profile: 'Shell lines', endpoint: 'Endpoint', region: 'Region', account: 'Account',
    access_key: 'Access key', secret_key: 'Secret key', show: 'Show', hide: 'Hide', then_try: 'Then try', keys_care: 'They open your account and nothing else. Who has them plays for you.',
    // board
    board_title: 'Board', board_empty: 'No teams yet.', solved: 'Solved', rank_short: '#', wall_open: 'Show on the wall', wall_code: 'Code of this page’s address', wall_join: 'Join with your team’s code', wall_full: 'Full screen', wall_leave: 'Leave', wall_frozen: (time) => `Frozen since ${time}`, you: 'you', ties: 'Who reached a score first stands higher.', team_name: 'Team', trend: 'Trend, 5 min',
    // at the door
    door: 'Come in', door_join: 'Join your team with its code: it stands on the slip that you were given.', code: 'Team code', your_name: 'Your name', join: 'Join', code_wrong: 'There is no such code.', door_token: 'I have a token', door_why: 'Open the link that Rehearse printed, or paste its token here.', token: 'Token', enter: 'Enter', door_wrong: 'That token opens nothing.',
    no_game: 'No game is being played here', no_game_why: 'This is a plain practice cloud. To use it, paste these lines into a terminal:', no_game_start: 'To play, start Rehearse with a game: rehearse run first-shift.',
};
