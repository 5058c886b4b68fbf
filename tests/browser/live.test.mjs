// The stream: what happens is there at once, a lost connection is told and made good, nothing comes twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, details, executions, history, started } from './mock_game.mjs';
import { text, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const lost = /ERR_|Failed to load resource/;

function earned(seq, total) {
    const entry = { seq, at: clock().now + seq, points: 10, total, kind: 'earned', reason: { en: `Order ${seq} got through.`, ko: `주문 ${seq}.` }, challenge: 'order', probe: 'customers', error: null };
    return { entry, score: total, trend: { minute: 10, five_minutes: 30 }, rank: 1 };
}

test('a score comes with its reason, its trend and a longer line', () =>
    withPage({}, async (page, mock) => {
        mock.emit('score', earned(20, 125));
        await page.getByText('Order 20 got through.').waitFor();
        assert.equal(await text(page, '.tally .points'), '125');
        assert.deepEqual(await page.locator('.tally dd').allInnerTexts(), ['+10', '+30']);
        assert.match(await page.title(), /^125 ·/);
        mock.emit('trend', { trend: { minute: 0, five_minutes: 30 }, score: 125, rank: 1 });
        await until(page, () => document.querySelector('.tally dd').innerText === '0');
    }));

test('the same entry twice is shown once', () =>
    withPage({}, async (page, mock) => {
        mock.emit('score', earned(20, 125));
        mock.emit('score', earned(20, 125));
        mock.emit('score', earned(21, 135));
        await page.getByText('Order 21 got through.').waitFor();
        assert.equal(await page.getByText('Order 20 got through.').count(), 1);
    }));

test('a lost stream goes on behind the last event', () =>
    withPage({ forgive: lost }, async (page, mock) => {
        mock.emit('score', earned(20, 125));
        await page.getByText('Order 20 got through.').waitFor();
        mock.drop();
        mock.emit('score', earned(21, 135));
        await page.getByText('Order 21 got through.').waitFor();
        assert.equal(mock.connections.length, 2);
        assert.equal(mock.connections[1].lastEventId, 'mock-1');
        assert.equal(await page.getByText('Order 20 got through.').count(), 1);
        assert.equal(await page.locator('.lost').count(), 0);
    }));

test('while the server is away the page says so, and then goes on by itself', () =>
    withPage({ forgive: lost }, async (page, mock) => {
        mock.refuse = true;
        mock.drop();
        await page.getByText('Connection lost. Trying again…').first().waitFor();
        assert.equal(await text(page, '.tally .points'), '115', 'what is known stays');
        mock.emit('score', earned(20, 125));
        mock.refuse = false;
        await page.getByText('Order 20 got through.').waitFor();
        await until(page, () => !document.querySelector('.lost'));
        await until(page, () => document.querySelector('#announcer').innerText !== 'Connection lost. Trying again…');
    }));

test('a reset draws everything anew', () =>
    withPage({}, async (page, mock) => {
        mock.state.team.score = 40;
        mock.state.team.feed = mock.state.team.feed.slice(6);
        mock.emit('reset', {});
        await until(page, () => document.querySelector('.tally .points').innerText === '40');
        assert.equal(await page.locator('.feed .entry').count(), 4);
        mock.emit('score', earned(20, 50));
        await page.getByText('Order 20 got through.').waitFor();
    }));

test('messages, calls, the board and executions come by themselves', () =>
    withPage({ view: 'calls' }, async (page, mock) => {
        mock.emit('call', { seq: 99, at: started + 800_000, service: 'iam', operation: 'PutRolePolicy', status: 200, code: null, message: null, by: 'client', duration_ms: 1 });
        await page.getByText('PutRolePolicy').waitFor();
        await page.getByRole('link', { name: 'Board' }).click();
        await page.getByText('Team 1').waitFor();
        mock.emit('board', { rows: [{ ...mock.state.board.rows[1], rank: 1, score: 500 }, { ...mock.state.board.rows[0], rank: 2 }] });
        await until(page, () => document.querySelector('.board tbody tr').innerText.includes('500'));
        await page.getByRole('link', { name: 'Executions' }).click();
        await page.getByText('order-1842').waitFor();
        mock.state.executions.unshift({ ...mock.state.executions[2], arn: 'arn:x', name: 'order-1900' });
        mock.emit('execution', { arn: 'arn:x', name: 'order-1900', machine: 'order-flow', status: 'SUCCEEDED' });
        await page.getByText('order-1900').waitFor();
        await page.getByRole('link', { name: 'Team', exact: true }).click();
        mock.emit('message', { seq: 9, at: started + 800_000, from: { en: 'Ada, CTO' }, text: { en: 'Customers are calling me at home.' }, level: 'bad', to_all: true });
        await page.getByText('Customers are calling me at home.').first().waitFor();
        assert.equal(await page.locator('.cto.bad').count(), 1);
    }));

test('a running execution is coloured as it goes on, and keeps what was chosen', () => {
    const [end, ...before] = history();
    const all = [...before].reverse(); // oldest first, without its end
    const exited = { id: 16, timestamp: all[0].timestamp, type: 'TaskStateExited', previousEventId: 15, stateExitedEventDetails: { name: 'Price', output: '{"price":7}', assignedVariables: { paid: 'true' } } };
    const again = { id: 15, timestamp: all[0].timestamp, type: 'TaskScheduled', previousEventId: 14, taskScheduledEventDetails: { resource: 'invoke', resourceType: 'lambda', region: 'us-east-1', parameters: '{}' } };
    let shown = all.slice(0, 2), status = 'RUNNING';
    const row = executions()[0];
    assert.equal(end.type, 'ExecutionFailed');
    const state = { details: (arn) => ({ ...details(arn), execution: { ...row, status }, events: [...shown].reverse() }) };
    return withPage({ view: `execution/${encodeURIComponent(row.arn)}`, state }, async (page) => {
        const standing = (name) => page.getByRole('button', { name }).waitFor();
        await standing('Check, Task: entered');
        await page.getByRole('button', { name: 'Check, Task: entered' }).click();
        shown = all.slice(0, 6);
        await standing('Check, Task: succeeded');
        assert.match(await page.locator('.account .state_output').innerText(), /"order": 1842/);
        shown = all; // the task has failed
        await standing('Price, Task: failed');
        shown = [...all, again];
        await standing('Price, Task: retried');
        shown = [...all, again, exited];
        status = 'SUCCEEDED';
        await page.getByRole('button', { name: 'Price, Task: retried' }).click();
        await page.locator('.account .state_variables').getByText('"paid"').waitFor();
        assert.equal(await page.locator('.node.idle').count() > 0, true);
    });
});

test('an event does not take the focus, the text or the place of who is at work', () =>
    withPage({ view: 'calls' }, async (page, mock) => {
        await page.getByRole('searchbox').fill('lambda:Invoke');
        await until(page, () => document.querySelectorAll('.calls tbody tr').length === 2);
        mock.emit('call', { seq: 99, at: started + 800_000, service: 'lambda', operation: 'Invoke', status: 200, code: null, message: null, by: 'client', duration_ms: 1 });
        await until(page, () => document.querySelectorAll('.calls tbody tr').length === 3);
        assert.equal(await page.evaluate(() => document.activeElement.value), 'lambda:Invoke');
    }));

test('a session that is over is asked for anew, and all is shown as it is now', () =>
    withPage({ forgive: /ERR_|Failed to load resource|MIME|EventSource/ }, async (page, mock) => {
        mock.state.signedIn = false;
        mock.state.open = true;
        mock.state.team.score = 77;
        mock.drop();
        await until(page, () => document.querySelector('.tally .points').innerText === '77');
        await until(page, () => !document.querySelector('.lost'));
    }));
