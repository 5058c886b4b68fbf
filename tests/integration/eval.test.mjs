// `rehearse eval`: an author's expression against a document; what it prints, and how it ends.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, root } from './emulator.mjs';

const prices = join(root, 'fixtures', 'datasets', 'unicorns.json');
const evaluate = (words, input = '') => spawnSync(binary, ['eval', ...words], { encoding: 'utf8', input });

test('an expression is tried against a document', () => {
    const rows = [
        // words, standard input, status, standard output, standard error
        [['--jsonata', '$sum(prices)', '-'], '{"prices": [1, 2, 39]}', 0, '42\n', /^$/],
        [['--jsonata', '1 + $x', '--bind', 'x=41'], '', 0, '42\n', /^$/],
        [['--jsonata', '1 + $x', '--bind', '$x=41'], '', 0, '42\n', /^$/],
        [['--jsonata', 'missing', '-'], '{}', 3, '', /^$/],
        [['--jsonata', '$count($keys($)) > 0', prices], '', 0, 'true\n', /^$/],
        [['--jsonata', '1 +'], '', 1, '', /^\{"code":"S\d+","position":\d+,.*\}\n$/],
        [['--jsonata', '"a" + 1'], '', 1, '', /^\{"code":"T2001",.*"message":".+"\}\n$/],
        [['--jsonpath', '$.prices[1]', '-'], '{"prices": [1, 2.50]}', 0, '2.50\n', /^$/],
        [['--jsonpath', '$.nothing', '-'], '{}', 3, '', /^$/],
        [['--jsonpath', 'prices', '-'], '{}', 1, '', /^\{"code":"InvalidPath",/],
        [['--intrinsic', "States.Format('{} for {}', $.name, 3)", '-'], '{"name": "Ada"}', 0, '"Ada for 3"\n', /^$/],
        [['--intrinsic', 'States.Nothing()'], '', 1, '', /^\{"code":"InvalidIntrinsic",/],
        [['--intrinsic', "States.StringToJson('{')"], '', 1, '', /^\{"code":"States\.IntrinsicFailure",/],
        [['--jsonata', '1', '-'], '{', 2, '', /rehearse eval: .*: -/],
        [['--jsonata', '1', '/nowhere.json'], '', 2, '', /rehearse eval: .*\/nowhere\.json/],
        [['--jsonata', '1', '--jsonpath', '$'], '', 2, '', /one expression at a time/],
        [['--jsonata', '1', '-', '-'], '', 2, '', /one document at a time/],
        [['--jsonata'], '', 2, '', /this option wants a value/],
        [['--bind', 'x'], '', 2, '', /--bind wants NAME=JSON/],
        [['--bind', 'x={'], '', 2, '', /x=\{/],
        [['--json', '1'], '', 2, '', /there is no such option: --json/],
        [[], '', 2, '', /^usage: rehearse eval/],
    ];
    for (const [words, input, status, out, says] of rows) {
        const answer = evaluate(words, input);
        assert.deepEqual([answer.status, answer.stdout], [status, out], `${words.join(' ')}: ${answer.stderr}`);
        assert.match(answer.stderr, says, words.join(' '));
    }
});

test('`rehearse help eval` names every option that it takes', () => {
    const help = spawnSync(binary, ['help', 'eval'], { encoding: 'utf8' }).stdout;
    for (const option of ['--jsonata', '--jsonpath', '--intrinsic', '--bind', 'exit status 3']) assert.ok(help.includes(option), option);
});
