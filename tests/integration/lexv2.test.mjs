// Amazon Lex V2's building half through the SDK: bots made, changed, built, versioned, exported, imported and taken away.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as lex from '@aws-sdk/client-lex-models-v2';
import { client, root, start, until } from './emulator.mjs';
import { zip } from './zip.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/aws-service-role/lexv2.amazonaws.com/AWSServiceRoleForLexV2Bots_TEST';
let emulator, models;
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    models = new lex.LexModelsV2Client(client(emulator));
});
after(() => emulator.kill());

const send = (name, input) => models.send(new lex[`${name}Command`](input));
const refusal = (name, input) => send(name, input).then(() => assert.fail(`${name} was not refused`), (error) => error);

/** Asks until the answer is no longer under way. */
const rests = (name, input, wanted) => until(async () => {
    const answer = await send(name, input);
    return wanted(answer) && answer;
}, { what: `${name} to come to rest` });

const settings = (botName) => ({ botName, roleArn: ROLE, dataPrivacy: { childDirected: false }, idleSessionTTLInSeconds: 300 });
const said = (value) => ({ messageGroups: [{ message: { plainTextMessage: { value } } }] });
const prompt = (value) => ({ ...said(value), maxRetries: 2, allowInterrupt: true });

async function makeBot(name) {
    const { botId } = await send('CreateBot', settings(name));
    await rests('DescribeBot', { botId }, (bot) => bot.botStatus === 'Available');
    return botId;
}

async function makeLocale(botId, localeId = 'en_US') {
    const locale = { botId, botVersion: 'DRAFT', localeId };
    await send('CreateBotLocale', { ...locale, nluIntentConfidenceThreshold: 0.4 });
    await rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus === 'NotBuilt');
    return locale;
}

async function build(locale) {
    await send('BuildBotLocale', locale);
    return rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus !== 'Building');
}

test('a bot is made, read, changed and taken away', async () => {
    const made = await send('CreateBot', { ...settings('Life'), description: 'first', botTags: { team: 'unicorns' } });
    assert.equal(made.$metadata.httpStatusCode, 202);
    assert.match(made.botId, /^[A-Z0-9]{10}$/);
    assert.equal(made.botStatus, 'Creating');
    assert.equal(made.botType, 'Bot');
    assert.deepEqual(made.botTags, { team: 'unicorns' });
    assert.ok(made.creationDateTime instanceof Date);
    const { botId } = made;
    const bot = await rests('DescribeBot', { botId }, (at) => at.botStatus === 'Available');
    assert.equal(bot.description, 'first');
    assert.deepEqual(bot.dataPrivacy, { childDirected: false });

    const changed = await send('UpdateBot', { botId, ...settings('Life2') });
    assert.equal(changed.description, undefined, 'an update replaces all of it');
    const { botSummaries } = await send('ListBots', { filters: [{ name: 'BotName', values: ['fe2'], operator: 'CO' }] });
    assert.deepEqual(botSummaries.map((each) => each.botName), ['Life2']);

    const alias = await send('DescribeBotAlias', { botId, botAliasId: 'TSTALIASID' });
    assert.equal(alias.botAliasName, 'TestBotAlias');
    assert.equal(alias.botVersion, 'DRAFT');

    const resourceARN = `arn:aws:lex:us-east-1:000000000000:bot/${botId}`;
    await send('TagResource', { resourceARN, tags: { colour: 'pink' } });
    await send('UntagResource', { resourceARN, tagKeys: ['team'] });
    assert.deepEqual((await send('ListTagsForResource', { resourceARN })).tags, { colour: 'pink' });

    assert.equal((await send('DeleteBot', { botId })).botStatus, 'Deleting');
    await until(async () => !(await send('ListBots', {})).botSummaries.some((at) => at.botId === botId), { what: 'its end' });
    const gone = await refusal('DescribeBot', { botId });
    assert.equal(gone.name, 'ResourceNotFoundException');
    assert.equal(gone.$metadata.httpStatusCode, 404);
});

test('what is not there or not so is refused as AWS does', async () => {
    const botId = await makeBot('Refusals');
    const locale = await makeLocale(botId);
    const cases = [
        ['DeleteBot', { botId: 'NOSUCHBOT1' }, 'PreconditionFailedException', 412, 'Failed to retrieve resource since it does not exist'],
        ['DescribeIntent', { ...locale, intentId: 'NOSUCHINT1' }, 'ResourceNotFoundException', 404, 'Failed to retrieve resource since it does not exist'],
        ['CreateIntent', { ...locale, intentName: 'HelpIntent' }, 'ValidationException', 400,
            'The specified intent name conflicts with a built-in intent name. Please use a different name.'],
        ['CreateIntent', { ...locale, intentName: 'FallbackIntent' }, 'ValidationException', 400,
            'The specified intent name conflicts with a built-in intent name. Please use a different name.'],
        ['CreateBot', settings('Refusals'), 'PreconditionFailedException', 412, /already exists/],
        ['CreateBot', { ...settings('Net'), botType: 'BotNetwork' }, 'NotImplemented', 400, /no networks of bots/],
        ['CreateBotLocale', { botId, botVersion: 'DRAFT', localeId: 'tlh_KL', nluIntentConfidenceThreshold: 0.4 }, 'ValidationException', 400, /tlh_KL/],
        ['CreateBotLocale', { ...locale, nluIntentConfidenceThreshold: 0.4 }, 'PreconditionFailedException', 412, /already exists/],
        ['CreateBotAlias', { botId, botAliasName: 'live', botVersion: '7' }, 'PreconditionFailedException', 412, 'Failed to retrieve resource since it does not exist'],
        ['DeleteBotAlias', { botId, botAliasId: 'TSTALIASID' }, 'ValidationException', 400, /TestBotAlias/],
        ['UpdateBotAlias', { botId, botAliasId: 'TSTALIASID', botAliasName: 'TestBotAlias', botVersion: '1' }, 'ValidationException', 400, /DRAFT/],
        ['DescribeBotVersion', { botId, botVersion: 'DRAFT' }, 'ValidationException', 400,
            "1 validation error detected: Value 'DRAFT' at 'botVersion' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9]+$"],
        ['DeleteIntent', { ...locale, intentId: 'FALLBCKINT' }, 'ValidationException', 400, /fallback/],
        ['StartBotAnalyzer', { botId, analysisScope: 'BotLocale' }, 'NotImplemented', 400, /StartBotAnalyzer/],
        ['ListIntents', { ...locale, nextToken: 'nonsense' }, 'ValidationException', 400, /nextToken/],
    ];
    for (const [name, input, code, status, message] of cases) {
        const error = await refusal(name, input);
        assert.equal(error.name, code, `${name}: ${error.message}`);
        assert.equal(error.$metadata.httpStatusCode, status, name);
        if (message instanceof RegExp) assert.match(error.message, message, name);
        else assert.equal(error.message, message, name);
    }
});

test('a build says why it fails, and succeeds once that is mended', async () => {
    const botId = await makeBot('Builder');
    const locale = await makeLocale(botId);
    assert.deepEqual((await build(locale)).failureReasons, ['The locale has no intent but the fallback intent. Add at least one intent with sample utterances.']);

    const intentName = 'ContactUs';
    const { intentId } = await send('CreateIntent', { ...locale, intentName, sampleUtterances: [{ utterance: 'call {Department}' }, { utterance: 'call {Nobody}' }] });
    const type = await send('CreateSlotType', { ...locale, slotTypeName: 'Departments', valueSelectionSetting: { resolutionStrategy: 'TopResolution' },
        slotTypeValues: [{ sampleValue: { value: 'sales' }, synonyms: [{ value: 'shop' }] }] });
    const { slotId } = await send('CreateSlot', { ...locale, intentId, slotName: 'Department', slotTypeId: type.slotTypeId, valueElicitationSetting: { slotConstraint: 'Required' } });
    await send('CreateIntent', { ...locale, intentName: 'Silent' });
    await send('CreateIntent', { ...locale, intentName: 'Twin', sampleUtterances: [{ utterance: 'Call  {department}' }] }).catch(() => {});
    const failed = await build(locale);
    assert.equal(failed.botLocaleStatus, 'Failed');
    assert.ok(failed.failureReasons.includes("Slot ids [Department] in intent ContactUs don't define a slot priority. Update the intent to add a priority to these slots."), failed.failureReasons.join('\n'));
    for (const part of [/Slot Department in intent ContactUs is required but has no prompt/, /refers to the slot Nobody/, /Intent Silent has no sample utterances/])
        assert.ok(failed.failureReasons.some((reason) => part.test(reason)), `${part}: ${failed.failureReasons.join('\n')}`);

    await send('UpdateSlot', { ...locale, intentId, slotId, slotName: 'Department', slotTypeId: type.slotTypeId,
        valueElicitationSetting: { slotConstraint: 'Required', promptSpecification: prompt('Which department?') } });
    await send('UpdateIntent', { ...locale, intentId, intentName, sampleUtterances: [{ utterance: 'call {Department}' }, { utterance: 'contact us' }], slotPriorities: [{ priority: 1, slotId }] });
    for (const { intentId: id, intentName: at } of (await send('ListIntents', locale)).intentSummaries)
        if (['Silent', 'Twin'].includes(at)) await send('DeleteIntent', { ...locale, intentId: id });
    const built = await build(locale);
    assert.equal(built.botLocaleStatus, 'Built', (built.failureReasons ?? []).join('\n'));
    assert.equal(built.intentsCount, 2);
    assert.equal(built.slotTypesCount, 1);
    assert.ok(built.lastBuildSubmittedDateTime instanceof Date);

    const used = await refusal('DeleteSlotType', { ...locale, slotTypeId: type.slotTypeId });
    assert.equal(used.name, 'ConflictException');
    await send('CreateIntent', { ...locale, intentName: 'Twin', sampleUtterances: [{ utterance: 'Contact  US' }] });
    assert.equal((await send('DescribeBotLocale', locale)).botLocaleStatus, 'NotBuilt', 'a change wants a build');
    assert.match((await build(locale)).failureReasons[0], /^Sample utterance '.*' is in the intents (ContactUs and Twin|Twin and ContactUs)\./);
    await send('DeleteSlotType', { ...locale, slotTypeId: type.slotTypeId, skipResourceInUseCheck: true });
    assert.ok((await build(locale)).failureReasons.some((reason) => /uses the slot type .*, which doesn't exist/.test(reason)));
    await send('DeleteSlot', { ...locale, intentId, slotId });
    assert.ok((await build(locale)).failureReasons.some((reason) => new RegExp(`Slot ids \\[${slotId}\\] in the slot priorities of intent ContactUs don't exist`).test(reason)));

    await send('BuildBotLocale', locale);
    const busy = await refusal('UpdateIntent', { ...locale, intentId, intentName });
    assert.equal(busy.name, 'ConflictException');
    assert.equal(busy.$metadata.httpStatusCode, 409);
});

test('lists are filtered, sorted and paged', async () => {
    const botId = await makeBot('Lists');
    const locale = await makeLocale(botId);
    for (const intentName of ['Cherry', 'Apple', 'Banana', 'Date'])
        await send('CreateIntent', { ...locale, intentName, sampleUtterances: [{ utterance: intentName }] });
    const names = ({ intentSummaries }) => intentSummaries.map((at) => at.intentName);
    assert.deepEqual(names(await send('ListIntents', locale)), ['Apple', 'Banana', 'Cherry', 'Date', 'FallbackIntent']);
    assert.deepEqual(names(await send('ListIntents', { ...locale, sortBy: { attribute: 'IntentName', order: 'Descending' } })), ['FallbackIntent', 'Date', 'Cherry', 'Banana', 'Apple']);
    assert.deepEqual(names(await send('ListIntents', { ...locale, filters: [{ name: 'IntentName', values: ['an'], operator: 'CO' }] })), ['Banana']);
    const first = await send('ListIntents', { ...locale, maxResults: 2 });
    assert.deepEqual(names(first), ['Apple', 'Banana']);
    const second = await send('ListIntents', { ...locale, maxResults: 2, nextToken: first.nextToken });
    assert.deepEqual(names(second), ['Cherry', 'Date']);
    const third = await send('ListIntents', { ...locale, maxResults: 2, nextToken: second.nextToken });
    assert.deepEqual([names(third), third.nextToken], [['FallbackIntent'], undefined]);
    const { builtInSlotTypeSummaries } = await send('ListBuiltInSlotTypes', { localeId: 'ko_KR', maxResults: 20 });
    assert.ok(builtInSlotTypeSummaries.some((at) => at.slotTypeSignature === 'AMAZON.Date'));
});

test('a version keeps what was built, an alias leads to it', async () => {
    const botId = await makeBot('Versions');
    const locale = await makeLocale(botId);
    const { intentId } = await send('CreateIntent', { ...locale, intentName: 'Greet', sampleUtterances: [{ utterance: 'hello' }] });
    assert.equal((await build(locale)).botLocaleStatus, 'Built');
    const made = await send('CreateBotVersion', { botId, botVersionLocaleSpecification: { en_US: { sourceBotVersion: 'DRAFT' } } });
    assert.equal(made.botVersion, '1');
    await rests('DescribeBotVersion', { botId, botVersion: '1' }, (at) => at.botStatus === 'Available');
    await send('UpdateIntent', { ...locale, intentId, intentName: 'Greeting', sampleUtterances: [{ utterance: 'hi' }] });
    assert.equal((await send('DescribeIntent', { ...locale, botVersion: '1', intentId })).intentName, 'Greet');
    assert.equal((await send('DescribeBotLocale', { ...locale, botVersion: '1' })).botLocaleStatus, 'Built');
    assert.deepEqual((await send('ListBotVersions', { botId })).botVersionSummaries.map((at) => at.botVersion).sort(), ['1', 'DRAFT']);

    const lambdaARN = 'arn:aws:lambda:us-east-1:000000000000:function:book';
    const alias = await send('CreateBotAlias', { botId, botAliasName: 'live', botVersion: '1', tags: { a: 'b' },
        botAliasLocaleSettings: { en_US: { enabled: true, codeHookSpecification: { lambdaCodeHook: { lambdaARN, codeHookInterfaceVersion: '1.0' } } } } });
    const told = await rests('DescribeBotAlias', { botId, botAliasId: alias.botAliasId }, (at) => at.botAliasStatus === 'Available');
    assert.equal(told.botAliasLocaleSettings.en_US.codeHookSpecification.lambdaCodeHook.lambdaARN, lambdaARN);
    assert.equal(told.botAliasHistoryEvents[0].botVersion, '1');
    assert.equal((await refusal('DeleteBotVersion', { botId, botVersion: '1' })).name, 'ConflictException');
    assert.equal((await refusal('DeleteBot', { botId })).name, 'ConflictException');
    await send('DeleteBot', { botId, skipResourceInUseCheck: true });
});

test('policies stand on bots and aliases', async () => {
    const botId = await makeBot('Policies');
    const resourceArn = `arn:aws:lex:us-east-1:000000000000:bot/${botId}`;
    assert.equal((await refusal('DescribeResourcePolicy', { resourceArn })).name, 'ResourceNotFoundException');
    const statement = { resourceArn, statementId: 'talk', effect: 'Allow', principal: [{ service: 'connect.amazonaws.com' }], action: ['lex:RecognizeText'] };
    const { revisionId } = await send('CreateResourcePolicyStatement', statement);
    assert.equal((await refusal('CreateResourcePolicyStatement', statement)).name, 'ConflictException');
    const { policy } = await send('DescribeResourcePolicy', { resourceArn });
    assert.deepEqual(JSON.parse(policy).Statement[0].Principal, { Service: ['connect.amazonaws.com'] });
    assert.equal((await refusal('DeleteResourcePolicy', { resourceArn, expectedRevisionId: '9999' })).name, 'PreconditionFailedException');
    await send('DeleteResourcePolicyStatement', { resourceArn, statementId: 'talk', expectedRevisionId: revisionId });
    assert.equal((await refusal('DescribeResourcePolicy', { resourceArn })).name, 'ResourceNotFoundException');
});

test('custom vocabulary is kept item by item', async () => {
    const botId = await makeBot('Words');
    const locale = await makeLocale(botId);
    const made = await send('BatchCreateCustomVocabularyItem', { ...locale, customVocabularyItemList: [{ phrase: 'orzo', weight: 3 }, { phrase: 'ramen' }, { phrase: 'orzo' }] });
    assert.deepEqual([made.resources.length, made.errors.length], [2, 1]);
    await send('BatchDeleteCustomVocabularyItem', { ...locale, customVocabularyItemList: [{ itemId: made.resources[0].itemId }] });
    assert.deepEqual((await send('ListCustomVocabularyItems', locale)).customVocabularyItems.map((at) => at.phrase), ['ramen']);
    assert.equal((await send('DescribeCustomVocabularyMetadata', locale)).customVocabularyStatus, 'Ready');
});

// ---- archives ----

/** All files below a folder, by their paths within it. */
function files(folder, within = '') {
    const found = {};
    for (const name of readdirSync(join(folder, within))) {
        const path = within ? `${within}/${name}` : name;
        if (statSync(join(folder, path)).isDirectory()) Object.assign(found, files(folder, path));
        else found[path] = readFileSync(join(folder, path));
    }
    return found;
}
const fixture = (name) => files(join(root, 'fixtures', 'bots', name));

async function importArchive(archive, resourceSpecification, more = {}) {
    const { importId, uploadUrl } = await send('CreateUploadUrl', {});
    const put = await fetch(uploadUrl, { method: 'PUT', body: archive });
    assert.equal(put.status, 200, await put.text());
    await send('StartImport', { importId, resourceSpecification, mergeStrategy: 'FailOnConflict', ...more });
    return rests('DescribeImport', { importId }, (at) => at.importStatus !== 'InProgress');
}

const botSpecification = (botName) => ({ botImportSpecification: { botName, roleArn: ROLE, dataPrivacy: { childDirected: false }, idleSessionTTLInSeconds: 300 } });

async function exportArchive(resourceSpecification, more = {}) {
    const { exportId } = await send('CreateExport', { resourceSpecification, fileFormat: 'LexJson', ...more });
    const done = await rests('DescribeExport', { exportId }, (at) => at.exportStatus !== 'InProgress');
    assert.equal(done.exportStatus, 'Completed', (done.failureReasons ?? []).join());
    const got = await fetch(done.downloadUrl);
    assert.equal(got.status, 200);
    return Buffer.from(await got.arrayBuffer());
}

/** What of a locale outlives an export and an import: everything but ids and times. */
async function content(botId, localeId) {
    const locale = { botId, botVersion: 'DRAFT', localeId };
    const bare = ({ $metadata, botId: _, botVersion, creationDateTime, lastUpdatedDateTime, intentId, slotId, slotTypeId, slotPriorities, ...rest }) => rest;
    const types = {}, intents = {};
    for (const { slotTypeId, slotTypeName } of (await send('ListSlotTypes', locale)).slotTypeSummaries)
        types[slotTypeName] = bare(await send('DescribeSlotType', { ...locale, slotTypeId }));
    for (const { intentId, intentName } of (await send('ListIntents', locale)).intentSummaries) {
        const intent = await send('DescribeIntent', { ...locale, intentId }), slots = {};
        for (const { slotId, slotName } of (await send('ListSlots', { ...locale, intentId })).slotSummaries) {
            const slot = await send('DescribeSlot', { ...locale, intentId, slotId });
            slots[slotName] = { ...bare(slot), priority: intent.slotPriorities.find((at) => at.slotId === slotId)?.priority };
        }
        intents[intentName] = { ...bare(intent), slots };
    }
    return { types, intents };
}

test('a bot that AWS would export is imported, built in two languages, exported and imported again', async () => {
    for (const name of ['OrderFlowers', 'BookTrip']) {
        const done = await importArchive(zip(fixture(name)), botSpecification(name));
        assert.equal(done.importStatus, 'Completed', (done.failureReasons ?? []).join());
        const botId = done.importedResourceId;
        for (const localeId of ['en_US', 'ko_KR']) {
            const locale = { botId, botVersion: 'DRAFT', localeId };
            await rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus === 'NotBuilt');
            const built = await build(locale);
            assert.equal(built.botLocaleStatus, 'Built', `${name} ${localeId}: ${(built.failureReasons ?? []).join('\n')}`);
        }
        const english = await content(botId, 'en_US');
        assert.equal(english.types[name === 'BookTrip' ? 'RoomTypeValues' : 'FlowerTypes'].valueSelectionSetting.resolutionStrategy, 'TopResolution');
        const archive = await exportArchive({ botExportSpecification: { botId, botVersion: 'DRAFT' } });
        const again = await importArchive(archive, botSpecification(`${name}Again`));
        assert.equal(again.importStatus, 'Completed', (again.failureReasons ?? []).join());
        assert.deepEqual(await content(again.importedResourceId, 'en_US'), english);
        assert.deepEqual(await content(again.importedResourceId, 'ko_KR'), await content(botId, 'ko_KR'));
    }
});

test('what an import meets is merged or refused as the request says', async () => {
    const archive = zip(fixture('OrderFlowers'));
    const first = await importArchive(archive, botSpecification('Merged'));
    const botId = first.importedResourceId, locale = { botId, botVersion: 'DRAFT', localeId: 'en_US' };
    await rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus === 'NotBuilt');
    const twice = await importArchive(archive, botSpecification('Merged'));
    assert.deepEqual([twice.importStatus, twice.failureReasons], ['Failed', ['A bot with the name Merged exists already.']]);

    await send('CreateIntent', { ...locale, intentName: 'Mine', sampleUtterances: [{ utterance: 'mine' }] });
    const names = async () => (await send('ListIntents', locale)).intentSummaries.map((at) => at.intentName);
    await importArchive(archive, botSpecification('Merged'), { mergeStrategy: 'Append' });
    assert.deepEqual(await names(), ['FallbackIntent', 'Mine', 'OpeningHours', 'OrderFlowers']);
    await rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus === 'NotBuilt');
    await importArchive(archive, botSpecification('Merged'), { mergeStrategy: 'Overwrite' });
    assert.deepEqual(await names(), ['FallbackIntent', 'OpeningHours', 'OrderFlowers']);
    await rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus === 'NotBuilt');

    const exported = await exportArchive({ botLocaleExportSpecification: locale }, { filePassword: 'hush' });
    const british = { botLocaleImportSpecification: { botId, botVersion: 'DRAFT', localeId: 'en_GB', nluIntentConfidenceThreshold: 0.7 } };
    assert.equal((await importArchive(exported, british)).importStatus, 'Failed', 'without its password');
    assert.equal((await importArchive(exported, british, { filePassword: 'hush' })).importStatus, 'Completed');
    const told = await rests('DescribeBotLocale', { ...locale, localeId: 'en_GB' }, (at) => at.botLocaleStatus === 'NotBuilt');
    assert.deepEqual([told.nluIntentConfidenceThreshold, told.localeName, told.intentsCount], [0.7, 'English (UK)', 3]);
    assert.deepEqual((await send('ListImports', { filters: [{ name: 'ImportResourceType', values: ['BotLocale'], operator: 'EQ' }] })).importSummaries.map((at) => at.importStatus).sort(), ['Completed', 'Failed']);
});

const LOCALE = '{"identifier":"en_US","nluConfidenceThreshold":0.4}';
/** An archive with that many of one file. */
const crowd = (count, path, content) => ({
    'Manifest.json': fixture('OrderFlowers')['Manifest.json'], 'A/Bot.json': '{"name":"A"}', 'A/BotLocales/en_US/BotLocale.json': LOCALE,
    ...Object.fromEntries(Array.from({ length: count }, (_, i) => [path(i), JSON.stringify(content(i))])),
});

test('archives that cannot be are refused, and change nothing', async () => {
    const good = fixture('OrderFlowers'), bots = async () => (await send('ListBots', {})).botSummaries.length;
    const without = (pattern) => Object.fromEntries(Object.entries(good).filter(([path]) => !pattern.test(path)));
    const slot = Object.keys(good).find((path) => path.endsWith('FlowerType/Slot.json'));
    const cases = [
        ['no ZIP', Buffer.from('this is no archive'), /no ZIP/],
        ['no manifest', zip(without(/Manifest/)), /no Manifest.json/],
        ['no Bot.json', zip(without(/Bot\.json/)), /no Bot.json/],
        ['no JSON', zip({ ...good, [slot]: '{"name": ' }), /is no JSON object/],
        ['an intent without a name', zip({ ...good, 'X/BotLocales/en_US/BotLocale.json': '{"identifier":"en_US","nluConfidenceThreshold":0.4}', 'X/BotLocales/en_US/Intents/A/Intent.json': '{}' }), /Intent.*null/],
        ['more intents than a locale may have', zip(crowd(1001, (i) => `A/BotLocales/en_US/Intents/I${i}/Intent.json`, (i) => ({ name: `I${i}` }))), /quota of 1000 intents/],
        ['more slots than an intent may have', zip({ ...crowd(101, (i) => `A/BotLocales/en_US/Intents/I/Slots/S${i}/Slot.json`, (i) => ({ name: `S${i}` })),
            'A/BotLocales/en_US/Intents/I/Intent.json': '{"name":"I"}' }), /quota of 100 slots/],
        ['one locale in two folders', zip(crowd(2, (i) => `A/BotLocales/en_US${i}/BotLocale.json`, () => JSON.parse(LOCALE))), /locale en_US twice/],
        ['a name without an end', zip(crowd(1, () => 'A/BotLocales/en_US/Intents/I/Intent.json', () => ({ name: 'I'.repeat(1 << 20) }))), /^.{1,1024}$/s],
        ['a slot of no intent', zip({ 'Manifest.json': good['Manifest.json'], 'A/Bot.json': '{"name":"A"}', 'A/BotLocales/en_US/Intents/A/Slots/B/Slot.json': '{}' }), /belongs to no intent/],
    ];
    const before = await bots();
    for (const [why, archive, reason] of cases) {
        const failed = await importArchive(archive, botSpecification('Never'));
        assert.equal(failed.importStatus, 'Failed', why);
        assert.match(failed.failureReasons.join(), reason, why);
    }
    assert.equal(await bots(), before);
    const { importId } = await send('CreateUploadUrl', {});
    assert.match((await refusal('StartImport', { importId, resourceSpecification: botSpecification('Never'), mergeStrategy: 'Append' })).message, /Nothing was uploaded/);
});

test('a build under way outlives kill -9', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-lexv2-'));
    const options = ['sandbox', '--data', folder];
    const first = await start(options);
    models = new lex.LexModelsV2Client(client(first));
    const botId = await makeBot('Survivor');
    const locale = await makeLocale(botId);
    await send('CreateIntent', { ...locale, intentName: 'Greet', sampleUtterances: [{ utterance: 'hello' }] });
    assert.equal((await send('BuildBotLocale', locale)).botLocaleStatus, 'Building');
    await first.kill('SIGKILL');
    const second = await start(options);
    try {
        models = new lex.LexModelsV2Client(client(second));
        const built = await rests('DescribeBotLocale', locale, (at) => at.botLocaleStatus !== 'Building');
        assert.equal(built.botLocaleStatus, 'Built');
    } finally {
        await second.kill();
        rmSync(folder, { recursive: true, force: true });
    }
});
