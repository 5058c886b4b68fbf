// The game looked back at, one team beside another: how the scores went, when each fault was found and repaired, what was called
// around it, and what was to be learnt. The winner stands at the side of every team, so that it can be asked how it went about it.
import { h } from '../app/dom.js';
import { t, pick, number, signed, language } from '../app/words.js';
import { getOfAll, addressOf } from '../app/api.js';
import { isStaff, model, touch } from '../app/model.js';
import { duration } from '../app/time.js';
import { learnReview } from '../app/words_review.js';
import { inline } from '../app/markdown.js';
import { attempt, complaint } from './attempt.js';

learnReview();

const glyphs = { broken: '▾', detected: '◎', recovered: '✓', gone: '–', solved: '★', hint: '?' };
let found = null, refused = null, chosen = null, beside = null;

function load() {
    return getOfAll('api/review').then((review) => {
        found = review;
        refused = null;
        const has = (team) => review.teams.some((one) => one.team === team);
        const [first, second] = ranked();
        const winner = has(review.winner) ? review.winner : first?.team;
        chosen = has(chosen) ? chosen : has(model.session.team) ? model.session.team : (second ?? first)?.team;
        beside = has(beside) && beside !== chosen ? beside : chosen === winner ? second?.team : winner;
    }, (error) => (refused = error)).finally(touch);
}

const ranked = () => [...found.teams].sort((a, b) => a.rank - b.rank);
const teamOf = (team) => found.teams.find((one) => one.team === team);
const end = () => found.ended_at ?? Math.max(found.started_at + 1000, ...found.teams.flatMap((one) => [...one.marks.map((each) => each.at), found.started_at + 1000 * (one.series[one.series.length - 1]?.[0] ?? 0)]));
const since = (at) => duration(at - found.started_at);
const share = (at) => Math.min(1, Math.max(0, (at - found.started_at) / (end() - found.started_at)));
const percent = (part) => `${(100 * part).toFixed(2)}%`;
const titleOf = (challenge) => pick(model.game.challenges.find((one) => one.id === challenge)?.title) || challenge;

// ---- faults of two teams, side by side ----

/** The same fault may come more than once: it is told by its id and how often it had come before. */
function faultsOf(team) {
    const times = new Map();
    return new Map((team?.faults ?? []).map((one) => {
        const nth = (times.get(one.fault) ?? 0) + 1;
        times.set(one.fault, nth);
        return [`${one.fault}#${nth}`, one];
    }));
}

/** Each with what either of the two teams made of it, in the order of breaking. */
function pairs() {
    const own = faultsOf(teamOf(chosen)), other = faultsOf(teamOf(beside));
    const list = [...new Set([...own.keys(), ...other.keys()])].map((key) => ({ key, own: own.get(key), other: other.get(key) }));
    return list.sort((a, b) => (a.own ?? a.other).broken_at - (b.own ?? b.other).broken_at);
}

const seenAt = (one) => one.surfaced_at ?? one.broken_at;
const over = (one) => one.recovered_at ?? one.gone_at;
const after = (one, at) => (one && at ? duration(at - seenAt(one)) : '–');

/** What one hears of a fault: found and repaired after how long. */
function mean(team, moment) {
    const spans = team.faults.filter((one) => one[moment]).map((one) => one[moment] - seenAt(one));
    return spans.length ? duration(spans.reduce((sum, one) => sum + one, 0) / spans.length) : '–';
}

// ---- pictures ----

function course(team, low, high) {
    const x = (s) => (1000 * share(found.started_at + s * 1000)).toFixed(1), y = (value) => (300 - (300 * (value - low)) / (high - low || 1)).toFixed(1);
    let d = '', last = 0;
    for (const [at, total] of team.series) {
        d += d ? `H${x(at)}V${y(total)}` : `M${x(0)} ${y(0)}H${x(at)}V${y(total)}`;
        last = total;
    }
    return { d: `${d || `M0 ${y(0)}`}H1000`, last, y };
}

const scoreAt = (team, at) => {
    const s = (at - found.started_at) / 1000;
    return team.series.filter(([when]) => when <= s + 10).pop()?.[1] ?? 0;
};

function marksOn(team, y) {
    return team.marks.map((one, i) => {
        const says = `${since(one.at)} ${t(`mark_${one.kind}`)}: ${pick(one.label)}`;
        return h('li', { key: `${one.kind} ${one.at} ${i}`, class: one.kind, style: { left: percent(share(one.at)), top: `${(Number(y(scoreAt(team, one.at))) / 3).toFixed(2)}%` }, title: says }, h('span', { 'aria-hidden': 'true' }, glyphs[one.kind]), h('span', { class: 'unseen' }, says));
    });
}

function legend(team, place) {
    return h('span', { key: place, class: `legend ${place}` }, h('b', null, team.name), ` ${number(team.score)}`);
}

const steps_s = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];

function axis() {
    const whole = (end() - found.started_at) / 1000, step = steps_s.find((one) => whole / one <= 7) ?? 28800;
    const list = [];
    for (let at = 0; at <= whole; at += step) list.push(at);
    return h('ol', { class: 'axis', 'aria-hidden': 'true' }, list.map((at) => h('li', { key: at, style: { left: percent(at / whole) } }, duration(at * 1000))));
}

function chart() {
    const own = teamOf(chosen), other = teamOf(beside);
    const totals = [0, ...own.series, ...(other?.series ?? [])].map((point) => (Array.isArray(point) ? point[1] : point));
    const low = Math.min(...totals), high = Math.max(...totals);
    const mine = course(own, low, high), theirs = other && course(other, low, high);
    return h('section', { key: 'chart', class: 'course-of', 'aria-labelledby': 'course-title' },
        h('div', { class: 'top' }, h('h2', { id: 'course-title' }, t('chart')), legend(own, 'own'), other && legend(other, 'other')),
        h('div', { class: 'canvas' },
            h('svg', { viewBox: '0 0 1000 300', preserveAspectRatio: 'none', role: 'img', 'aria-label': [own, other].filter(Boolean).map((one) => `${one.name}: ${number(one.score)}`).join(', ') },
                h('path', { class: 'zero', d: `M0 ${mine.y(0)}H1000` }), theirs && h('path', { class: 'other', d: theirs.d }), h('path', { class: 'own', d: mine.d })),
            h('ol', { class: 'on-line', 'aria-label': t('marks_of', own.name) }, marksOn(own, mine.y)),
            h('span', { class: 'high' }, number(high)), h('span', { class: 'low' }, number(low))),
        axis(),
        h('p', { class: 'remark keys-of' }, Object.keys(glyphs).map((kind) => h('span', { key: kind, class: kind }, h('b', { 'aria-hidden': 'true' }, glyphs[kind]), ` ${t(`mark_${kind}`)}`))));
}

/** From breaking to finding, from finding to the end of it. */
function bar(one, who) {
    if (!one) return h('div', { class: `lane ${who} none` });
    const from = one.broken_at, to = over(one) ?? end(), seen = one.detected_at && one.detected_at < to ? one.detected_at : to;
    const span = (kind, a, b) => b > a && h('span', { key: kind, class: kind, style: { left: percent(share(a)), width: percent(share(b) - share(a)) } });
    return h('div', { class: `lane ${who}` }, span('unseen-yet', from, seen), span('in-work', seen, to), one.recovered_at ? h('span', { key: 'end', class: 'repaired', style: { left: percent(share(one.recovered_at)) } }) : !one.gone_at && h('span', { key: 'end', class: 'never', style: { left: '100%' } }));
}

function timeline(list) {
    return h('section', { key: 'timeline', class: 'timeline', 'aria-labelledby': 'timeline-title' }, h('h2', { id: 'timeline-title' }, t('timeline')),
        h('ol', null, list.map(({ key, own, other }) => {
            const one = own ?? other;
            return h('li', { key }, h('a', { href: `#/review/${encodeURIComponent(key)}`, onclick: (event) => {
                event.preventDefault();
                const card = document.getElementById(`fault-${key}`);
                card.open = true;
                card.scrollIntoView({ block: 'start' });
                card.querySelector('summary').focus();
            } }, pick(one.title)),
            h('div', { class: 'lanes', role: 'img', 'aria-label': [[chosen, own], [beside, other]].filter(([team]) => teamOf(team)).map(([team, each]) => `${teamOf(team).name}: ${t('found_after')} ${after(each, each?.detected_at)}, ${t('repaired_after')} ${after(each, each?.recovered_at)}`).join('; ') }, bar(own, 'own'), teamOf(beside) && bar(other, 'other')));
        })),
        axis(),
        h('p', { class: 'remark keys-of' }, ['unseen-yet', 'in-work', 'repaired'].map((kind) => h('span', { key: kind }, h('i', { class: kind, 'aria-hidden': 'true' }), ` ${t(`lane_${kind}`)}`))));
}

// ---- one fault ----

const call = (one) => h('li', { key: one.seq, class: one.code ? 'failed' : null }, h('span', { class: 'at' }, since(one.at)), h('code', null, `${one.service}:${one.operation}`), h('span', { class: 'by' }, t(`by_${one.by}`)), one.code && h('p', null, h('b', null, one.code), one.message ? ` ${one.message}` : ''));

function side(team, one) {
    if (!team) return null;
    return h('div', { key: team.team, class: 'side' }, h('h3', null, team.name),
        one ? [
            h('dl', { class: 'spans' }, [['found_after', after(one, one.detected_at)], ['repaired_after', after(one, one.recovered_at)], ['hints_taken', number(one.hints)]].map(([words, value]) => h('div', { key: words }, h('dt', null, t(words)), h('dd', null, value)))),
            one.calls.length ? h('details', { class: 'around' }, h('summary', null, t('calls_around', one.calls.length)), h('ol', null, one.calls.map(call))) : h('p', { class: 'remark' }, t('calls_none_around')),
        ] : h('p', { class: 'remark' }, t('fault_never_came')));
}

function card({ key, own, other }) {
    const one = own ?? other;
    return h('details', { key, id: `fault-${key}`, class: 'fault-card', open: true }, h('summary', null, h('h3', null, pick(one.title)), h('span', { class: 'remark' }, [one.challenge && titleOf(one.challenge), t('broke_at', since(one.broken_at))].filter(Boolean).join(' · '))),
        one.learnt && h('p', { class: 'learnt' }, h('b', null, t('learnt')), ' ', inline(pick(one.learnt))),
        h('div', { class: 'sides' }, side(teamOf(chosen), own), side(teamOf(beside), other)));
}

// ---- all teams ----

function choose(team) {
    const other = beside === team ? chosen : beside;
    chosen = team;
    beside = other;
    touch();
}

function table() {
    return h('section', { key: 'teams', class: 'all-teams', 'aria-labelledby': 'teams-title' }, h('h2', { id: 'teams-title' }, t('review_teams')),
        h('table', null, h('caption', { class: 'unseen' }, t('review_teams')), h('thead', null, h('tr', null, [['rank', 'rank_short'], ['name', 'team_name'], ['num', 'found_mean'], ['num', 'repaired_mean'], ['num', 'repaired_count'], ['num', 'solved'], ['num', 'score']].map(([name, words]) => h('th', { key: words, scope: 'col', class: name }, t(words))))),
            h('tbody', null, ranked().map((one) => h('tr', { key: one.team, class: one.team === chosen ? 'own' : null },
                h('td', { class: 'rank' }, String(one.rank)),
                h('td', { class: 'name' }, h('button', { type: 'button', class: 'quiet team', 'aria-pressed': String(one.team === chosen), onclick: () => choose(one.team) }, one.name), one.team === found.winner && h('span', { class: 'chip solved' }, t('winner')), one.team === beside && one.team !== found.winner && h('span', { class: 'chip' }, t('beside'))),
                h('td', { class: 'num' }, mean(one, 'detected_at')), h('td', { class: 'num' }, mean(one, 'recovered_at')),
                h('td', { class: 'num' }, `${one.faults.filter((each) => each.recovered_at).length}/${one.faults.length}`), h('td', { class: 'num' }, number(one.solved.length)), h('td', { class: 'num' }, h('b', null, number(one.score))))))),
        found.teams.length > 2 && h('label', { class: 'beside' }, h('span', null, t('beside_whom')), h('select', { value: beside, onchange: (event) => {
            beside = event.target.value;
            touch();
        } }, ranked().filter((one) => one.team !== chosen).map((one) => h('option', { key: one.team, value: one.team }, one.name)))));
}

function top() {
    const winner = teamOf(found?.winner);
    return h('div', { key: 'top', class: 'top' }, h('h1', null, t('review_title')), winner && h('p', { class: 'lead' }, t('review_winner', winner.name, signed(winner.score))),
        found && h('div', { class: 'filters' }, h('button', { type: 'button', onclick: () => attempt('review', load) }, t('console_again')), h('a', { class: 'save', href: addressOf(`review.html?language=${language()}`), download: true }, t('review_save'))));
}

export function review() {
    const loading = h('div', { key: 'load', mounted: load });
    if (refused) return [loading, h('h1', { key: 'title' }, t('review_title')), h('p', { key: 'refused', class: 'empty' }, refused.status === 409 ? t('review_later') : t('failed', refused.message))];
    if (!found) return [loading, h('h1', { key: 'title' }, t('review_title')), h('p', { key: 'empty', class: 'empty' }, t('loading'))];
    if (!teamOf(chosen) || !found.started_at) return [loading, top(), h('p', { key: 'none', class: 'empty' }, t('review_later'))];
    const list = pairs();
    return [
        loading, top(), !found.ended_at && isStaff() && h('p', { key: 'still', class: 'remark' }, t('review_still')), table(), chart(),
        list.length > 0 && timeline(list),
        list.length > 0 && h('section', { key: 'faults', class: 'cards', 'aria-labelledby': 'cards-title' }, h('h2', { id: 'cards-title' }, t('review_faults')), list.map(card)),
        complaint('review'),
    ];
}
