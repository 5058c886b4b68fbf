// Amazon Lex V2's talking half through the SDK: scripted dialogues with BookTrip and OrderFlowers in two languages, sessions,
// functions, and what a client is refused.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as lex from '@aws-sdk/client-lex-models-v2';
import * as runtime from '@aws-sdk/client-lex-runtime-v2';
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { client, root, start, until, waiting } from './emulator.mjs';
import { zip } from './zip.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/aws-service-role/lexv2.amazonaws.com/AWSServiceRoleForLexV2Bots_TEST';
let emulator, models, talker;
const bots = {};

const files = (folder, base = '') => Object.assign({}, ...readdirSync(folder).map((name) => statSync(join(folder, name)).isDirectory()
    ? files(join(folder, name), `${base}${name}/`) : { [`${base}${name}`]: readFileSync(join(folder, name)) }));
const send = (name, input) => models.send(new lex[`${name}Command`](input));
const ask = (name, input) => talker.send(new runtime[`${name}Command`](input));
const refusal = (promise) => promise.then(() => assert.fail('it was not refused'), (error) => error);

const rests = (name, input, wanted) => until(async () => {
    const answer = await send(name, input);
    return wanted(answer) && answer;
}, { what: `${name} to come to rest` });

async function build(botId, localeId) {
    const locale = { botId, botVersion: 'DRAFT', localeId };
    await rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus !== 'Importing' && at.botLocaleStatus !== 'Creating');
    await send('BuildBotLocale', locale);
    const built = await rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus !== 'Building');
    assert.equal(built.botLocaleStatus, 'Built', (built.failureReasons ?? []).join());
}

async function importBot(name, botName = name) {
    const { importId, uploadUrl } = await send('CreateUploadUrl', {});
    assert.equal((await fetch(uploadUrl, { method: 'PUT', body: zip(files(join(root, 'fixtures', 'bots', name))) })).status, 200);
    const botImportSpecification = { botName, roleArn: ROLE, dataPrivacy: { childDirected: false }, idleSessionTTLInSeconds: 300 };
    await send('StartImport', { importId, resourceSpecification: { botImportSpecification }, mergeStrategy: 'FailOnConflict' });
    const done = await rests('DescribeImport', { importId }, (at) => at.importStatus !== 'InProgress');
    assert.equal(done.importStatus, 'Completed', (done.failureReasons ?? []).join());
    return done.importedResourceId;
}

// HTTP/2 is what this client would speak by itself, for its one streaming operation; everything else goes over HTTP/1.1 too.
const speaker = (at) => new runtime.LexRuntimeV2Client(client(at, { requestHandler: new NodeHttpHandler() }));

before(async () => {
    emulator = await start(['sandbox', '--memory']);
    models = new lex.LexModelsV2Client(client(emulator));
    talker = speaker(emulator);
    for (const name of ['BookTrip', 'OrderFlowers']) {
        bots[name] = await importBot(name);
        for (const localeId of ['en_US', 'ko_KR']) await build(bots[name], localeId);
    }
});
after(() => emulator.kill());

const where = (bot, localeId, sessionId) => ({ botId: bots[bot], botAliasId: 'TSTALIASID', localeId, sessionId });
const told = ({ sessionState: { dialogAction, intent }, messages }) => [
    [dialogAction?.type, dialogAction?.slotToElicit, intent?.name, intent?.state].filter(Boolean).join(' '), (messages ?? []).map((at) => at.content).join(' | ')];
const day = (offset, from = new Date()) => new Date(from.getTime() + offset * 86400000).toISOString().slice(0, 10);
const nextFriday = () => { const now = new Date(), weekday = (now.getUTCDay() + 6) % 7; return day(7 - weekday + 4, now); };

/** Each turn: what is said, the dialog action with slot, intent and state, the messages. */
async function converse(bot, localeId, turns) {
    const sessionId = `${bot}-${localeId}-${Math.random().toString(36).slice(2)}`;
    for (const [text, action, message] of turns) {
        const answer = await ask('RecognizeText', { ...where(bot, localeId, sessionId), text });
        assert.deepEqual(told(answer), [action, message], `after "${text}"`);
        assert.equal(answer.sessionId, sessionId);
    }
}

test('a hotel is booked in English', () => converse('BookTrip', 'en_US', [
    ['I would like to book a hotel', 'ElicitSlot Location BookHotel InProgress', 'What city will you be staying in?'],
    ['seattle', 'ElicitSlot CheckInDate BookHotel InProgress', 'What day do you want to check in?'],
    ['hmm let me think', 'ElicitSlot CheckInDate BookHotel InProgress', 'What day do you want to check in?'],
    ['next friday', 'ElicitSlot Nights BookHotel InProgress', 'How many nights will you be staying?'],
    ['two', 'ElicitSlot RoomType BookHotel InProgress', 'What type of room would you like, queen, king or deluxe?'],
    ['delux please', 'ConfirmIntent BookHotel InProgress', `Okay, I have you down for a 2 night stay in Seattle starting ${nextFriday()}. Shall I book the reservation?`],
    ['make it three nights', 'ConfirmIntent BookHotel InProgress', `Okay, I have you down for a 3 night stay in Seattle starting ${nextFriday()}. Shall I book the reservation?`],
    ['yes please', 'Close BookHotel ReadyForFulfillment', 'Thanks, I have placed your hotel reservation.'],
]));

test('a car gives way to a hotel, which is declined', () => converse('BookTrip', 'en_US', [
    ['book a car', 'ElicitSlot PickUpCity BookCar InProgress', 'In what city do you need to rent a car?'],
    ['in Chicago', 'ElicitSlot PickUpDate BookCar InProgress', 'What day do you want to start your rental?'],
    ['I need a hotel in Boston for 3 nights', 'ElicitSlot CheckInDate BookHotel InProgress', 'What day do you want to check in?'],
    ['tomorrow', 'ElicitSlot RoomType BookHotel InProgress', 'What type of room would you like, queen, king or deluxe?'],
    ['king', 'ConfirmIntent BookHotel InProgress', `Okay, I have you down for a 3 night stay in Boston starting ${day(1)}. Shall I book the reservation?`],
    ['no', 'Close BookHotel Failed', 'Okay, I have cancelled your reservation in progress.'],
    ['what is the weather like', 'Close FallbackIntent ReadyForFulfillment', 'Sorry, I did not get that. I can book a hotel or a car for you.'],
]));

test('호텔을 한국어로 예약한다', () => converse('BookTrip', 'ko_KR', [
    ['호텔 예약하고 싶어요', 'ElicitSlot Location BookHotel InProgress', '어느 도시에서 묵으시나요?'],
    ['서울이요', 'ElicitSlot CheckInDate BookHotel InProgress', '언제 체크인하시나요?'],
    ['다음 주 금요일', 'ElicitSlot Nights BookHotel InProgress', '며칠 밤 묵으시나요?'],
    ['3박이요', 'ElicitSlot RoomType BookHotel InProgress', '퀸, 킹, 디럭스 가운데 어떤 방을 원하세요?'],
    ['디럭스로 할게요', 'ConfirmIntent BookHotel InProgress', `서울에서 ${nextFriday()}부터 3박을 예약할까요?`],
    ['네', 'Close BookHotel ReadyForFulfillment', '고맙습니다. 호텔을 예약했어요.'],
]));

test('flowers are ordered in English', () => converse('OrderFlowers', 'en_US', [
    ['I would like to order flowers', 'ElicitSlot FlowerType OrderFlowers InProgress', 'What type of flowers would you like to order?'],
    ['roses', 'ElicitSlot PickupDate OrderFlowers InProgress', 'What day do you want the roses to be picked up?'],
    ['tomorrow', 'ElicitSlot PickupTime OrderFlowers InProgress', 'At what time do you want the roses to be picked up?'],
    ['5 pm', 'ConfirmIntent OrderFlowers InProgress', `Okay, your roses will be ready for pickup by 17:00 on ${day(1)}. Does this sound okay?`],
    ['yes', 'Close OrderFlowers ReadyForFulfillment', 'Thank you. Your roses are ordered.'],
]));

test('꽃을 한국어로 주문한다', () => converse('OrderFlowers', 'ko_KR', [
    ['장미 주문할게요', 'ElicitSlot PickupDate OrderFlowers InProgress', '장미을(를) 언제 찾으러 오시겠어요?'],
    ['내일', 'ElicitSlot PickupTime OrderFlowers InProgress', '몇 시에 찾으러 오시겠어요?'],
    ['오후 5시', 'ConfirmIntent OrderFlowers InProgress', `장미, ${day(1)} 17:00에 준비해 둘게요. 괜찮으세요?`],
    ['네 맞아요', 'Close OrderFlowers ReadyForFulfillment', '고맙습니다. 장미 주문을 받았어요.'],
    ['몇 시에 열어요', 'Close OpeningHours ReadyForFulfillment', '매일 아홉 시부터 여섯 시까지 열어요.'],
]));

test('an interpretation has its confidence, its slots in their shape, and the fallback behind it', async () => {
    const { interpretations, sessionState } = await ask('RecognizeText', { ...where('BookTrip', 'en_US', 'shape'), text: 'I need a hotel in boston' });
    assert.ok(interpretations[0].nluConfidence.score >= 0.9);
    assert.equal(interpretations[0].interpretationSource, 'Lex');
    assert.deepEqual(interpretations[0].intent, sessionState.intent);
    assert.deepEqual(sessionState.intent.slots.Location, { shape: 'Scalar', value: { originalValue: 'boston', interpretedValue: 'Boston', resolvedValues: ['Boston'] } });
    assert.equal(sessionState.intent.slots.Nights, null);
    assert.equal(interpretations.at(-1).intent.name, 'FallbackIntent');
    assert.equal(interpretations.at(-1).nluConfidence, undefined);
});

test('a session is put, read, and taken away', async () => {
    const at = where('BookTrip', 'en_US', 'puts');
    const unpack = (text) => JSON.parse(gunzipSync(Buffer.from(text, 'base64')));
    assert.equal((await refusal(ask('GetSession', at))).name, 'ResourceNotFoundException');
    const slots = { Location: { value: { originalValue: 'x', interpretedValue: 'Oslo', resolvedValues: [] } } };
    const put = await ask('PutSession', { ...at, sessionState: { dialogAction: { type: 'ElicitSlot', slotToElicit: 'Nights' }, intent: { name: 'BookHotel', slots }, sessionAttributes: { vip: 'yes' } } });
    assert.deepEqual(unpack(put.messages).map((one) => one.content), ['How many nights will you be staying?']);
    assert.equal(unpack(put.sessionState).dialogAction.slotToElicit, 'Nights');
    const got = await ask('GetSession', at);
    assert.deepEqual(got.sessionState.sessionAttributes, { vip: 'yes' });
    assert.equal(got.messages[0].content, 'How many nights will you be staying?');
    const next = await ask('RecognizeText', { ...at, text: 'four' });
    assert.equal(next.sessionState.intent.slots.Nights.value.interpretedValue, '4');
    assert.equal(next.sessionState.dialogAction.slotToElicit, 'CheckInDate');
    assert.deepEqual(next.sessionState.sessionAttributes, { vip: 'yes' });
    assert.equal((await ask('DeleteSession', at)).sessionId, 'puts');
    assert.equal((await refusal(ask('DeleteSession', at))).name, 'ResourceNotFoundException');
    assert.equal((await refusal(ask('PutSession', { ...at, sessionState: { intent: { name: 'Nobody' } } }))).name, 'ValidationException');
});

test('an utterance carries structures in its headers, and is text', async () => {
    const at = { ...where('BookTrip', 'en_US', 'utters'), requestContentType: 'text/plain; charset=utf-8' };
    const pack = (tree) => gzipSync(JSON.stringify(tree)).toString('base64');
    const unpack = (text) => JSON.parse(gunzipSync(Buffer.from(text, 'base64')));
    const answer = await ask('RecognizeUtterance', { ...at, inputStream: Buffer.from('book a hotel in Rome'), sessionState: pack({ sessionAttributes: { a: 'b' } }), requestAttributes: pack({ c: 'd' }) });
    assert.equal(await answer.audioStream.transformToString(), 'What day do you want to check in?');
    assert.equal(answer.inputMode, 'Text');
    assert.equal(answer.contentType, 'text/plain; charset=utf-8');
    assert.equal(unpack(answer.inputTranscript), 'book a hotel in Rome');
    assert.deepEqual(unpack(answer.sessionState).sessionAttributes, { a: 'b' });
    assert.deepEqual(unpack(answer.requestAttributes), { c: 'd' });
    assert.equal(unpack(answer.interpretations)[0].intent.name, 'BookHotel');
    assert.equal(unpack(answer.messages)[0].contentType, 'PlainText');
    for (const more of [{ requestContentType: 'audio/l16; rate=16000; channels=1' }, { responseContentType: 'audio/mpeg' }, { sessionState: 'not gzip' }, { sessionState: pack({ dialogAction: { type: 'Sing' } }) }])
        assert.equal((await refusal(ask('RecognizeUtterance', { ...at, inputStream: Buffer.from('hello'), ...more }))).name, 'ValidationException', JSON.stringify(more));
});

test('rules that bite: no such bot, a locale that is not built or disabled, an alias on an old version', async () => {
    const at = { ...where('BookTrip', 'en_US', 'rules'), text: 'book a hotel' };
    for (const gone of [{ botId: 'AAAAAAAAAA' }, { botAliasId: 'BBBBBBBBBB' }, { localeId: 'fr_FR' }])
        assert.equal((await refusal(ask('RecognizeText', { ...at, ...gone }))).name, 'ResourceNotFoundException', JSON.stringify(gone));
    const botId = await importBot('OrderFlowers', 'Rules'), locale = { botId, botVersion: 'DRAFT', localeId: 'en_US' };
    bots.Rules = botId;
    await rests('DescribeBotLocale', locale, (one) => one.botLocaleStatus === 'NotBuilt');
    const early = await refusal(ask('RecognizeText', { ...where('Rules', 'en_US', 'rules'), text: 'roses' }));
    assert.deepEqual([early.name, early.message], ['ValidationException', 'The bot locale en_US has not been built. Build the locale before you talk to the bot.']);
    await build(botId, 'en_US');
    const { botVersion } = await send('CreateBotVersion', { botId, botVersionLocaleSpecification: { en_US: { sourceBotVersion: 'DRAFT' } } });
    await rests('DescribeBot', { botId }, (one) => one.botStatus === 'Available');
    const made = () => send('DescribeBotVersion', { botId, botVersion }).then((one) => one.botStatus === 'Available', () => false);
    await until(made, { what: 'a version' }); // it is not there at once
    const { botAliasId } = await send('CreateBotAlias', { botId, botAliasName: 'live', botVersion, botAliasLocaleSettings: { en_US: { enabled: true } } });
    await rests('DescribeBotAlias', { botId, botAliasId }, (one) => one.botAliasStatus === 'Available');
    await send('CreateIntent', { ...locale, intentName: 'Greet', sampleUtterances: [{ utterance: 'salutations everyone' }], intentClosingSetting: { active: true, closingResponse: { messageGroups: [{ message: { plainTextMessage: { value: 'Hello.' } } }] } } });
    const greet = (alias) => ask('RecognizeText', { ...where('Rules', 'en_US', 'rules'), botAliasId: alias, text: 'salutations everyone' });
    assert.equal((await greet('TSTALIASID')).sessionState.intent.name, 'FallbackIntent', 'what is edited waits for the next build');
    await build(botId, 'en_US');
    assert.equal((await greet('TSTALIASID')).messages[0].content, 'Hello.');
    assert.equal((await greet(botAliasId)).sessionState.intent.name, 'FallbackIntent', 'the alias leads to the old version');
    await send('UpdateBotAlias', { botId, botAliasId, botAliasName: 'live', botVersion, botAliasLocaleSettings: { en_US: { enabled: false } } });
    await rests('DescribeBotAlias', { botId, botAliasId }, (one) => one.botAliasStatus === 'Available');
    assert.equal((await refusal(greet(botAliasId))).name, 'ValidationException');
    await send('UpdateBotLocale', { ...locale, nluIntentConfidenceThreshold: 0.99 });
    await build(botId, 'en_US');
    const unsure = await ask('RecognizeText', { ...where('Rules', 'en_US', 'unsure'), text: 'could you sell me flowers' });
    assert.equal(unsure.sessionState.intent.name, 'FallbackIntent', 'the threshold is too high');
});

test('a function of the alias validates and fulfils', async () => {
    const lambda = new LambdaClient(client(emulator));
    const code = `
def handler(event, context):
    state = event['sessionState']
    intent = state['intent']
    if event['invocationSource'] == 'FulfillmentCodeHook':
        intent['state'] = 'Fulfilled'
        return {'sessionState': {'dialogAction': {'type': 'Close'}, 'intent': intent, 'sessionAttributes': {'by': event['bot']['name']}},
                'messages': [{'contentType': 'PlainText', 'content': 'Booked by a function.'}]}
    if intent['slots']['Count'] and int(intent['slots']['Count']['value']['interpretedValue']) > 9:
        intent['slots']['Count'] = None
        return {'sessionState': {'dialogAction': {'type': 'ElicitSlot', 'slotToElicit': 'Count'}, 'intent': intent},
                'messages': [{'contentType': 'PlainText', 'content': 'At most nine.'}]}
    return {'sessionState': {'dialogAction': event['proposedNextState']['dialogAction'] if False else {'type': 'Delegate'}, 'intent': intent}}
`;
    const { FunctionArn } = await lambda.send(new CreateFunctionCommand({ FunctionName: 'fulfil', Runtime: 'python3.12', Handler: 'app.handler', Role: ROLE, Timeout: 10, Code: { ZipFile: zip({ 'app.py': code }) } }));
    await waitUntilFunctionActiveV2(waiting(lambda), { FunctionName: 'fulfil' });
    await lambda.send(new AddPermissionCommand({ FunctionName: 'fulfil', StatementId: 'lex', Action: 'lambda:InvokeFunction', Principal: 'lexv2.amazonaws.com' }));
    const { botId } = await send('CreateBot', { botName: 'Hooked', roleArn: ROLE, dataPrivacy: { childDirected: false }, idleSessionTTLInSeconds: 300 });
    await rests('DescribeBot', { botId }, (one) => one.botStatus === 'Available');
    const locale = { botId, botVersion: 'DRAFT', localeId: 'en_US' };
    await send('CreateBotLocale', { ...locale, nluIntentConfidenceThreshold: 0.4 });
    await rests('DescribeBotLocale', locale, (one) => one.botLocaleStatus === 'NotBuilt');
    const { intentId } = await send('CreateIntent', { ...locale, intentName: 'Seats', sampleUtterances: [{ utterance: 'I need seats' }, { utterance: 'reserve {Count} seats' }], dialogCodeHook: { enabled: true }, fulfillmentCodeHook: { enabled: true } });
    const promptSpecification = { maxRetries: 2, messageGroups: [{ message: { plainTextMessage: { value: 'How many?' } } }] };
    const { slotId } = await send('CreateSlot', { ...locale, intentId, slotName: 'Count', slotTypeId: 'AMAZON.Number', valueElicitationSetting: { slotConstraint: 'Required', promptSpecification } });
    await send('UpdateIntent', { ...locale, intentId, intentName: 'Seats', sampleUtterances: [{ utterance: 'I need seats' }, { utterance: 'reserve {Count} seats' }], dialogCodeHook: { enabled: true }, fulfillmentCodeHook: { enabled: true }, slotPriorities: [{ priority: 1, slotId }] });
    await send('UpdateBotAlias', { botId, botAliasId: 'TSTALIASID', botAliasName: 'TestBotAlias', botVersion: 'DRAFT', botAliasLocaleSettings: { en_US: { enabled: true, codeHookSpecification: { lambdaCodeHook: { lambdaARN: FunctionArn, codeHookInterfaceVersion: '1.0' } } } } });
    await rests('DescribeBotAlias', { botId, botAliasId: 'TSTALIASID' }, (one) => one.botAliasStatus === 'Available');
    bots.Hooked = botId;
    await build(botId, 'en_US');
    await converse('Hooked', 'en_US', [
        ['reserve twenty seats', 'ElicitSlot Count Seats InProgress', 'At most nine.'],
        ['four', 'Close Seats Fulfilled', 'Booked by a function.'],
    ]);
});

test('a session outlives kill -9', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-lex-'));
    let other = await start(['sandbox', '--data', folder]);
    const [oldModels, oldTalker] = [models, talker];
    try {
        [models, talker] = [new lex.LexModelsV2Client(client(other)), speaker(other)];
        bots.Killed = await importBot('BookTrip');
        await build(bots.Killed, 'en_US');
        const at = where('Killed', 'en_US', 'survivor');
        await ask('RecognizeText', { ...at, text: 'I need a hotel in Boston' });
        await other.kill('SIGKILL');
        other = await start(['sandbox', '--data', folder]);
        talker = speaker(other);
        const answer = await ask('RecognizeText', { ...at, text: 'tomorrow' });
        assert.deepEqual([answer.sessionState.intent.slots.Location.value.interpretedValue, answer.sessionState.dialogAction.slotToElicit], ['Boston', 'Nights']);
    } finally {
        [models, talker] = [oldModels, oldTalker];
        await other.kill();
        rmSync(folder, { recursive: true });
    }
});
