// The words of the review, fetched with it.
import { learn } from './words.js';

export const en = {
    review_title: 'Review', review_winner: (name, score) => `${name} won with ${score}.`, review_later: 'The review opens when the game is over.', review_still: 'The game goes on: this is how it stands now.', review_save: 'Save as a file',
    review_teams: 'All teams', review_faults: 'Fault by fault', winner: 'winner', beside: 'beside', beside_whom: 'Beside it',
    found_mean: 'Found after', repaired_mean: 'Repaired after', repaired_count: 'Repaired', found_after: 'Found after', repaired_after: 'Repaired after', hints_taken: 'Hints', marks_of: (name) => `What happened to ${name}`,
    mark_broken: 'broken', mark_detected: 'found', mark_recovered: 'repaired', mark_gone: 'went away', mark_solved: 'solved', mark_hint: 'hint',
    timeline: 'Timeline of faults', 'lane_unseen-yet': 'broken, not found yet', 'lane_in-work': 'found, in work', lane_repaired: 'repaired',
    calls_around: (n) => `${n} ${n === 1 ? 'call' : 'calls'} around it`, calls_none_around: 'No calls around it.', fault_never_came: 'It did not come to this team.', broke_at: (time) => `broke at ${time}`, learnt: 'What was to be learnt:',
};

export const ko = {
    review_title: '돌아보기', review_winner: (name, score) => `${name} 팀이 ${score}점으로 우승했습니다.`, review_later: '돌아보기는 게임이 끝난 뒤에 열립니다.', review_still: '게임이 진행 중입니다. 지금까지의 기록입니다.', review_save: '파일로 저장',
    review_teams: '모든 팀', review_faults: '장애별 기록', winner: '우승', beside: '비교', beside_whom: '비교할 팀',
    found_mean: '평균 발견 시간', repaired_mean: '평균 복구 시간', repaired_count: '복구한 장애', found_after: '발견까지', repaired_after: '복구까지', hints_taken: '힌트', marks_of: (name) => `${name} 팀에 일어난 일`,
    mark_broken: '발생', mark_detected: '발견', mark_recovered: '복구', mark_gone: '사라짐', mark_solved: '해결', mark_hint: '힌트',
    timeline: '장애 시간표', 'lane_unseen-yet': '발생, 아직 모름', 'lane_in-work': '발견, 작업 중', lane_repaired: '복구됨',
    calls_around: (n) => `그 무렵의 호출 ${n}개`, calls_none_around: '그 무렵의 호출이 없습니다.', fault_never_came: '이 팀에는 일어나지 않았습니다.', broke_at: (time) => `${time} 발생`, learnt: '배울 점:',
};

export const learnReview = () => learn({ en, ko });
