// The chat window: bots to choose from, turns with what the bot understood beside them, errors, both languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const say = async (page, words) => {
    await page.getByRole('textbox', { name: 'Say something' }).fill(words);
    await page.keyboard.press('Enter');
};

test('a turn: what was said, the answer, and beside it intent, confidence, slots, hook and time', () =>
    withPage({ view: 'chat' }, async (page, mock) => {
        await page.getByText('Say something, as a customer would.').waitFor();
        mock.held = [];
        await say(page, 'book a room in seoul tomorrow');
        await page.getByText('The bot is thinking…').waitFor();
        mock.release();
        await page.locator('.talk').getByText('How many nights?').waitFor();
        const shown = await text(page, '.understood');
        for (const wanted of [/Book/, /93 %/, /Change/, /21 %/, /City\s+Seoul\s+“seoul”/, /Date\s+2026-11-23\s+“tomorrow”/, /Nights\s+open/, /InProgress · ElicitSlot · Nights/, /DialogCodeHook ran for 41 ms/, /48 ms/])
            assert.match(shown, wanted);
        assert.equal(await page.getByRole('textbox', { name: 'Say something' }).inputValue(), '', 'ready for the next turn');
        const [{ body }] = mock.posts.filter(({ path }) => path === 'api/chat');
        assert.deepEqual([body.bot, body.alias, body.locale, body.text], ['UNICORN001', 'LIVE000001', 'en_US', 'book a room in seoul tomorrow'], 'the alias that customers talk to');
        await say(page, 'and now boom');
        await page.locator('.talk').getByText('Received error response from Lambda').waitFor();
        assert.equal(await page.locator('.exchange').count(), 2);
        const sessions = mock.posts.filter(({ path }) => path === 'api/chat').map((one) => one.body.session);
        assert.equal(sessions[0], sessions[1], 'one session');
    }));

test('another alias, locale or bot is another session', () =>
    withPage({ view: 'chat' }, async (page, mock) => {
        await say(page, 'hello');
        await page.locator('.talk').getByText('How many nights?').waitFor();
        await page.getByLabel('Locale').selectOption('ko_KR');
        await page.getByText('Say something, as a customer would.').waitFor();
        await page.getByRole('combobox', { name: /^Bot/ }).selectOption('FLOWERS001');
        await until(page, () => document.querySelectorAll('.where select')[2].value === 'en_US'); // the only one that it has
        await say(page, 'roses');
        await page.locator('.talk').getByText('How many nights?').waitFor();
        const [first, second] = mock.posts.filter(({ path }) => path === 'api/chat').map((one) => one.body);
        assert.deepEqual([second.bot, second.locale], ['FLOWERS001', 'en_US']);
        assert.notEqual(first.session, second.session);
    }));

test('turns of others are not shown here, and an account without bots says so', () =>
    withPage({ view: 'chat', state: { bots: [] } }, async (page, mock) => {
        await page.getByText('There is no bot in your account.').waitFor();
        mock.emit('chat', { id: 'other', session: 'other', ms: 1, hook: null, hook_ms: 0, answer: { messages: [], sessionState: {}, interpretations: [] } });
        await page.getByRole('button', { name: '한국어' }).click();
        await page.getByText('계정에 봇이 없습니다.').waitFor();
        await until(page, () => document.querySelector('h1').textContent === '봇과 대화하기');
    }));
