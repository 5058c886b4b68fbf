// Amazon Forecast by AWS's own SDK: from files in S3 to forecasts, exports, what-ifs; what breaks on the way, and kill -9.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as F from '@aws-sdk/client-forecast';
import { ForecastqueryClient, QueryForecastCommand, QueryWhatIfForecastCommand } from '@aws-sdk/client-forecastquery';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { client, start, until } from './emulator.mjs';

const DAY = 86_400_000, START = Date.UTC(2026, 0, 1), DAYS = 120, HORIZON = 7;
const role = 'arn:aws:iam::000000000000:role/ForecastRole';
const day = (index) => new Date(START + index * DAY).toISOString().slice(0, 10);
const stamp = (index) => `${day(index)}T00:00:00`;
const cities = ['Busan', 'Jeju', 'Seoul'];
const price = (city, index) => 100 + 10 * cities.indexOf(city) + (index % 14 === 0 ? -30 : 0);
const demand = (city, index) => 50 + 20 * cities.indexOf(city) + 8 * Math.sin((2 * Math.PI * index) / 7) + 0.1 * index - 0.2 * (price(city, index) - 100);

const rows = (from, to, row) => cities.flatMap((city) => Array.from({ length: to - from }, (_, i) => row(city, from + i))).join('\n') + '\n';
const targets = (from, to) => rows(from, to, (city, i) => `${city},${day(i)},${demand(city, i).toFixed(2)}`);
const prices = (from, to) => rows(from, to, (city, i) => `${city},${day(i)},${price(city, i)}`);
const attribute = (AttributeName, AttributeType) => ({ AttributeName, AttributeType });
const targetSchema = { Attributes: [attribute('item_id', 'string'), attribute('timestamp', 'timestamp'), attribute('demand', 'float')] };
const relatedSchema = { Attributes: [attribute('item_id', 'string'), attribute('timestamp', 'timestamp'), attribute('price', 'float')] };
const metadataSchema = { Attributes: [attribute('item_id', 'string'), attribute('category', 'string')] };

let emulator, forecast, query, s3;
const folders = [];

function speak() {
    const options = client(emulator);
    forecast = new F.ForecastClient(options);
    query = new ForecastqueryClient(options);
    s3 = new S3Client({ ...options, forcePathStyle: true });
}

before(async () => {
    emulator = await start(['sandbox', '--memory', '--speed', '100']);
    speak();
    await s3.send(new CreateBucketCommand({ Bucket: 'demand' }));
});
after(async () => {
    await emulator.kill();
    folders.forEach((one) => rmSync(one, { recursive: true, force: true }));
});

const call = (name, input) => forecast.send(new F[`${name}Command`](input));
const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: 'demand', Key, Body }));
const config = (key) => ({ S3Config: { Path: `s3://demand/${key}`, RoleArn: role } });
const read = async (Key) => (await s3.send(new GetObjectCommand({ Bucket: 'demand', Key }))).Body.transformToString();
const keysUnder = async (Prefix) => ((await s3.send(new ListObjectsV2Command({ Bucket: 'demand', Prefix }))).Contents ?? []).map((one) => one.Key);

/** The resource once it rests, as Describe tells it. */
const rests = (name, input, wanted = 'ACTIVE') =>
    until(async () => {
        const found = await call(name, input);
        if (/PENDING|IN_PROGRESS|STOPPING/.test(found.Status)) return null;
        assert.equal(found.Status, wanted, found.Message);
        return found;
    }, { what: name });

async function dataset(DatasetName, DatasetType, Schema, more = {}) {
    const frequency = DatasetType === 'ITEM_METADATA' ? {} : { DataFrequency: 'D' };
    return (await call('CreateDataset', { DatasetName, Domain: 'RETAIL', DatasetType, Schema, ...frequency, ...more })).DatasetArn;
}

async function load(DatasetArn, name, key, body, more = {}, wanted = 'ACTIVE') {
    await put(key, body);
    const { DatasetImportJobArn } = await call('CreateDatasetImportJob', { DatasetImportJobName: name, DatasetArn, DataSource: config(key), ...more });
    return rests('DescribeDatasetImportJob', { DatasetImportJobArn }, wanted);
}

const refused = (promise, name, message) => assert.rejects(promise, (error) => {
    assert.equal(error.name, name, error.message);
    if (message instanceof RegExp) assert.match(error.message, message);
    else if (message) assert.equal(error.message, message);
    return true;
});

test('a whole workflow: data, predictor, forecast, query, export, what-if, explainability', { timeout: 300_000 }, async (t) => {
    const target = await dataset('w_target', 'TARGET_TIME_SERIES', targetSchema);
    const related = await dataset('w_related', 'RELATED_TIME_SERIES', relatedSchema);
    const metadata = await dataset('w_metadata', 'ITEM_METADATA', metadataSchema);
    const { DatasetGroupArn } = await call('CreateDatasetGroup', { DatasetGroupName: 'w', Domain: 'RETAIL', DatasetArns: [target, related] });
    await call('UpdateDatasetGroup', { DatasetGroupArn, DatasetArns: [target, related, metadata] });
    assert.equal((await call('DescribeDatasetGroup', { DatasetGroupArn })).DatasetArns.length, 3);

    const imported = await load(target, 'first', 'w/target.csv', targets(0, DAYS));
    const statistics = imported.FieldStatistics, all = cities.flatMap((city) => Array.from({ length: DAYS }, (_, i) => Number(demand(city, i).toFixed(2))));
    const mean = all.reduce((a, b) => a + b) / all.length;
    assert.equal(statistics.demand.Count, all.length);
    assert.equal(statistics.demand.CountDistinct, new Set(all).size);
    assert.equal(Number(statistics.demand.Min), Math.min(...all));
    assert.equal(Number(statistics.demand.Max), Math.max(...all));
    assert.ok(Math.abs(statistics.demand.Avg - mean) < 1e-9);
    assert.ok(Math.abs(statistics.demand.Stddev - Math.sqrt(all.reduce((a, b) => a + (b - mean) ** 2, 0) / (all.length - 1))) < 1e-9);
    assert.deepEqual([statistics.item_id.CountDistinct, statistics.item_id.CountNull, statistics.timestamp.CountDistinct], [3, 0, DAYS]);
    assert.deepEqual([statistics.timestamp.Min, statistics.timestamp.Max], [`${day(0)}T00:00:00Z`, `${day(DAYS - 1)}T00:00:00Z`]);
    await load(related, 'prices', 'w/prices.csv', prices(0, DAYS + HORIZON));
    await load(metadata, 'cities', 'w/cities.csv', cities.map((city) => `${city},${city === 'Jeju' ? 'island' : 'city'}\n`).join('') + 'Ulsan,city\n');

    const { PredictorArn } = await call('CreateAutoPredictor', {
        PredictorName: 'w', ForecastHorizon: HORIZON, ForecastFrequency: 'D', ForecastTypes: ['0.1', '0.5', '0.9', 'mean'],
        DataConfig: { DatasetGroupArn }, ExplainPredictor: true, MonitorConfig: { MonitorName: 'w_monitor' },
    });
    const predictor = await rests('DescribeAutoPredictor', { PredictorArn });
    assert.equal(predictor.DatasetImportJobArns.length, 3);
    assert.ok(predictor.ExplainabilityInfo.ExplainabilityArn && predictor.MonitorInfo.MonitorArn);
    const accuracy = await call('GetAccuracyMetrics', { PredictorArn });
    const windows = accuracy.PredictorEvaluationResults[0].TestWindows;
    assert.deepEqual(windows.map((one) => one.EvaluationType), ['SUMMARY', 'COMPUTED']);
    assert.deepEqual(windows[1].Metrics.WeightedQuantileLosses.map((one) => one.Quantile), [0.1, 0.5, 0.9]);
    assert.equal(windows[1].TestWindowEnd.getTime(), START + DAYS * DAY);

    const { ForecastArn } = await call('CreateForecast', { ForecastName: 'w', PredictorArn });
    await rests('DescribeForecast', { ForecastArn });
    let answer;
    await t.test('queries', async () => {
        const ask = (Filters, more = {}) => query.send(new QueryForecastCommand({ ForecastArn, Filters, ...more }));
        answer = (await ask({ item_id: 'seoul' })).Forecast.Predictions;
        assert.deepEqual(Object.keys(answer).sort(), ['mean', 'p10', 'p50', 'p90']);
        assert.deepEqual(answer.p50.map((one) => one.Timestamp), Array.from({ length: HORIZON }, (_, i) => stamp(DAYS + i)));
        answer.p10.forEach((one, i) => assert.ok(one.Value <= answer.p50[i].Value && answer.p50[i].Value <= answer.p90[i].Value));
        assert.deepEqual((await ask({ item_id: 'seoul' })).Forecast.Predictions, answer);
        const some = (await ask({ item_id: 'seoul' }, { StartDate: stamp(DAYS + 1), EndDate: stamp(DAYS + 2) })).Forecast.Predictions;
        assert.deepEqual(some.mean, answer.mean.slice(1, 3));
        await refused(ask({ item_id: 'Seoul' }), 'InvalidInputException', /lower case/);
        await refused(ask({ city: 'seoul' }), 'InvalidInputException');
        await refused(ask({ item_id: 'seoul', city: 'x' }), 'InvalidInputException');
        await refused(ask({ item_id: 'seoul' }, { StartDate: '2026-05-01' }), 'InvalidInputException', /yyyy-MM-dd'T'HH:mm:ss/);
        await refused(ask({ item_id: 'seoul' }, { StartDate: stamp(DAYS + HORIZON) }), 'InvalidInputException');
        await refused(query.send(new QueryForecastCommand({ ForecastArn: `${ForecastArn}x`, Filters: { item_id: 'seoul' } })), 'ResourceNotFoundException');
        await refused(ask({ item_id: 'ulsan' }), 'InvalidInputException'); // it has no related series
    });
    await t.test('exports', async () => {
        const { ForecastExportJobArn } = await call('CreateForecastExportJob', { ForecastExportJobName: 'out', ForecastArn, Destination: config('w/out') });
        await rests('DescribeForecastExportJob', { ForecastExportJobArn });
        const keys = await keysUnder('w/out/'), file = keys.find((key) => key.endsWith('.csv'));
        assert.ok(keys.includes('w/out/_CHECK') && keys.includes('w/out/_SUCCESS'));
        assert.match(file, /^w\/out\/out_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ_part0\.csv$/);
        const lines = (await read(file)).trim().split('\n');
        assert.equal(lines[0], 'item_id,date,p10,p50,p90,mean');
        assert.equal(lines.length, 1 + cities.length * HORIZON);
        assert.ok(lines.includes(['seoul', `${stamp(DAYS)}Z`, ...['p10', 'p50', 'p90', 'mean'].map((type) => answer[type][0].Value)].join(',')));
        const { PredictorBacktestExportJobArn } = await call('CreatePredictorBacktestExportJob', { PredictorBacktestExportJobName: 'bt', PredictorArn, Destination: config('w/bt/') });
        await rests('DescribePredictorBacktestExportJob', { PredictorBacktestExportJobArn });
        const parts = (await keysUnder('w/bt/')).filter((key) => key.endsWith('.csv'));
        assert.deepEqual(parts.map((key) => key.split('/')[2]), ['accuracy-metrics-values', 'forecasted-values']);
        const backtest = (await read(parts[1])).split('\n');
        assert.equal(backtest[0], 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean,p10,p50,p90');
        assert.ok(backtest.some((line) => line.startsWith(`seoul,${stamp(DAYS - 1)}Z,${Number(demand('Seoul', DAYS - 1).toFixed(2))},${stamp(DAYS - HORIZON)},`)));
    });
    await t.test('what-ifs', async () => {
        const { WhatIfAnalysisArn } = await call('CreateWhatIfAnalysis', { WhatIfAnalysisName: 'sale', ForecastArn });
        await rests('DescribeWhatIfAnalysis', { WhatIfAnalysisArn });
        await refused(call('CreateWhatIfForecast', { WhatIfForecastName: 'none', WhatIfAnalysisArn }), 'InvalidInputException');
        const same = await call('CreateWhatIfForecast', { WhatIfForecastName: 'same', WhatIfAnalysisArn,
            TimeSeriesTransformations: [{ Action: { AttributeName: 'price', Operation: 'MULTIPLY', Value: 1 } }] });
        const cheap = await call('CreateWhatIfForecast', { WhatIfForecastName: 'cheap', WhatIfAnalysisArn,
            TimeSeriesTransformations: [{ Action: { AttributeName: 'price', Operation: 'SUBTRACT', Value: 30 },
                TimeSeriesConditions: [{ AttributeName: 'item_id', AttributeValue: 'seoul', Condition: 'EQUALS' }] }] });
        await put('w/replace.csv', Array.from({ length: HORIZON }, (_, i) => `seoul,${day(DAYS + i)},70\n`).join(''));
        const given = await call('CreateWhatIfForecast', { WhatIfForecastName: 'given', WhatIfAnalysisArn,
            TimeSeriesReplacementsDataSource: { ...config('w/replace.csv'), Schema: relatedSchema } });
        const wrong = await rests('DescribeWhatIfForecast', { WhatIfForecastArn: given.WhatIfForecastArn });
        assert.equal(wrong.Status, 'ACTIVE');
        const of = async (made, item) => {
            await rests('DescribeWhatIfForecast', { WhatIfForecastArn: made.WhatIfForecastArn });
            return (await query.send(new QueryWhatIfForecastCommand({ WhatIfForecastArn: made.WhatIfForecastArn, Filters: { item_id: item } }))).Forecast.Predictions;
        };
        assert.deepEqual(await of(same, 'seoul'), answer);
        assert.notDeepEqual(await of(cheap, 'seoul'), answer);
        assert.deepEqual(await of(cheap, 'jeju'), await of(same, 'jeju'));
        const { WhatIfForecastExportArn } = await call('CreateWhatIfForecastExport', { WhatIfForecastExportName: 'all',
            WhatIfForecastArns: [same.WhatIfForecastArn, cheap.WhatIfForecastArn], Destination: config('w/ifs/') });
        await rests('DescribeWhatIfForecastExport', { WhatIfForecastExportArn });
        const file = (await keysUnder('w/ifs/')).find((key) => key.endsWith('.csv'));
        assert.equal((await read(file)).split('\n')[0], 'item_id,date,same_p10,same_p50,same_p90,same_mean,cheap_p10,cheap_p50,cheap_p90,cheap_mean');
    });
    await t.test('explainability', async () => {
        const { ExplainabilityArn } = await call('CreateExplainability', { ExplainabilityName: 'why', ResourceArn: ForecastArn,
            ExplainabilityConfig: { TimeSeriesGranularity: 'ALL', TimePointGranularity: 'ALL' } });
        await rests('DescribeExplainability', { ExplainabilityArn });
        const { ExplainabilityExportArn } = await call('CreateExplainabilityExport', { ExplainabilityExportName: 'why', ExplainabilityArn, Destination: config('w/why/') });
        await rests('DescribeExplainabilityExport', { ExplainabilityExportArn });
        const file = (await keysUnder('w/why/')).find((key) => key.endsWith('.csv'));
        assert.equal((await read(file)).split('\n')[0], 'item_id,price-NormalizedImpactScore,category-NormalizedImpactScore');
    });
    await t.test('retraining, lists, tags', async () => {
        const again = await call('CreateAutoPredictor', { PredictorName: 'w2', ReferencePredictorArn: PredictorArn, Tags: [{ Key: 'team', Value: 'a' }] });
        const described = await rests('DescribeAutoPredictor', { PredictorArn: again.PredictorArn });
        assert.deepEqual([described.ReferencePredictorSummary.State, described.ForecastHorizon], ['Active', HORIZON]);
        const tags = async () => (await call('ListTagsForResource', { ResourceArn: again.PredictorArn })).Tags;
        await call('TagResource', { ResourceArn: again.PredictorArn, Tags: [{ Key: 'x', Value: '1' }] });
        await call('UntagResource', { ResourceArn: again.PredictorArn, TagKeys: ['team'] });
        assert.deepEqual(await tags(), [{ Key: 'x', Value: '1' }]);
        const first = await call('ListPredictors', { MaxResults: 1, Filters: [{ Key: 'DatasetGroupArn', Value: DatasetGroupArn, Condition: 'IS' }] });
        assert.equal(first.Predictors.length, 1);
        const second = await call('ListPredictors', { MaxResults: 1, NextToken: first.NextToken, Filters: [{ Key: 'DatasetGroupArn', Value: DatasetGroupArn, Condition: 'IS' }] });
        assert.equal(second.Predictors[0].PredictorArn, again.PredictorArn);
        assert.equal((await call('ListPredictors', { Filters: [{ Key: 'Status', Value: 'ACTIVE', Condition: 'IS_NOT' }] })).Predictors.length, 0);
        await refused(call('ListPredictors', { Filters: [{ Key: 'Name', Value: 'x', Condition: 'IS' }] }), 'InvalidInputException');
        await refused(call('ListForecasts', { NextToken: 'no' }), 'InvalidNextTokenException');
    });
    await t.test('a monitor compares what was forecast with what came', async () => {
        const { MonitorArn } = (await call('DescribeAutoPredictor', { PredictorArn })).MonitorInfo;
        assert.equal((await call('ListMonitorEvaluations', { MonitorArn })).PredictorMonitorEvaluations.length, 0);
        const came = await load(target, 'later', 'w/later.csv', targets(DAYS, DAYS + 3), { ImportMode: 'INCREMENTAL' });
        const evaluation = await until(async () => (await call('ListMonitorEvaluations', { MonitorArn, Filters: [{ Key: 'EvaluationState', Value: 'SUCCESS', Condition: 'IS' }] })).PredictorMonitorEvaluations[0]);
        assert.deepEqual([evaluation.NumItemsEvaluated, evaluation.MonitorDataSource.DatasetImportJobArn], [cities.length, came.DatasetImportJobArn]);
        const metric = (name) => evaluation.MetricResults.find((one) => one.MetricName === name).MetricValue;
        assert.ok(metric('WAPE') > 0 && metric('WAPE') < 0.5 && Number.isFinite(metric('AverageWeightedQuantileLoss')));
        assert.equal((await call('DescribeMonitor', { MonitorArn })).LastEvaluationState, 'SUCCESS');
        await call('StopResource', { ResourceArn: MonitorArn });
        await rests('DescribeMonitor', { MonitorArn }, 'ACTIVE_STOPPED');
        await call('ResumeResource', { ResourceArn: MonitorArn });
        assert.equal((await call('DescribeMonitor', { MonitorArn })).Status, 'ACTIVE');
    });
    await refused(call('DeletePredictor', { PredictorArn }), 'ResourceInUseException', /depend/);
    await call('DeleteResourceTree', { ResourceArn: PredictorArn });
    await until(async () => (await call('ListForecasts', {})).Forecasts.length === 0);
    await until(async () => (await call('ListPredictors', {})).Predictors.length === 1);
    assert.equal((await call('ListDatasetImportJobs', { Filters: [{ Key: 'DatasetArn', Value: target, Condition: 'IS' }] })).DatasetImportJobs.length, 2);
});

// What is wrong with a file, and what is said of it.
const bad_files = [
    ['slashes', 'Seoul,2026/01/01,3\n', /attribute timestamp is not a valid timestamp: row 1 of .*The format must be yyyy-MM-dd/],
    ['header', 'item_id,timestamp,demand\nSeoul,2026-01-01,3\n', /header row/],
    ['order', 'Seoul,3,2026-01-01\n', /'3' of the attribute timestamp/],
    ['tabs', 'Seoul\t2026-01-01\t3\n', /delimiter is not a comma/],
    ['columns', 'Seoul,2026-01-01,3\nSeoul,2026-01-02,3,4\n', /columns is 4 in row 2 of .*3 attributes/],
    ['words', 'Seoul,2026-01-01,3\nSeoul,2026-01-02,many\n', /'many' of the attribute demand is not a valid float: row 2/],
    ['empty', ',2026-01-01,3\n', /item_id is empty in row 1/],
    ['days', 'Seoul,2026-02-30,3\n', /'2026-02-30'/],
    ['quotes', '"Seoul,2026-01-01,3\n', /quotes/],
    ['123', 'Seoul,2026-01-01,3\n', /is numeric/],
];
test('files that cannot be imported say why', { timeout: 300_000 }, async () => {
    const target = await dataset('bad_target', 'TARGET_TIME_SERIES', targetSchema);
    for (const [name, body, message] of bad_files) {
        const failed = await load(target, `bad_${name}`, `bad/${name}.csv`, body, {}, 'CREATE_FAILED');
        assert.match(failed.Message, message, name);
    }
    await refused(call('CreateDatasetImportJob', { DatasetImportJobName: 'x', DatasetArn: target, DataSource: config('nothing/here') }),
        'InvalidInputException', 'No objects found in s3 path s3://demand/nothing/here, please ensure the path is specified correctly.');
    const gone = await call('CreateDatasetImportJob', { DatasetImportJobName: 'gone', DatasetArn: target, DataSource: { S3Config: { Path: 's3://no-such-bucket/a.csv', RoleArn: role } } });
    assert.match((await rests('DescribeDatasetImportJob', gone, 'CREATE_FAILED')).Message, /NoSuchBucket/);
    await refused(call('CreateDatasetImportJob', { DatasetImportJobName: 'p', DatasetArn: target, DataSource: config('bad/'), Format: 'PARQUET' }), 'InvalidInputException', /PARQUET/);
});

test('schemas and names that are refused', async () => {
    const create = (more) => call('CreateDataset', { DatasetName: 'refused', Domain: 'RETAIL', DatasetType: 'TARGET_TIME_SERIES', DataFrequency: 'D', Schema: targetSchema, ...more });
    const schema = (...attributes) => ({ Schema: { Attributes: attributes.map((one) => attribute(...one)) } });
    await refused(create(schema(['item_id', 'string'], ['timestamp', 'timestamp'])), 'InvalidInputException', /attribute demand/);
    await refused(create(schema(['item_id', 'integer'], ['timestamp', 'timestamp'], ['demand', 'float'])), 'InvalidInputException', /item_id/);
    await refused(create({ Domain: 'CUSTOM' }), 'InvalidInputException', /target_value/);
    await refused(create({ DatasetType: 'ITEM_METADATA', ...schema(['item_id', 'string'], ['size', 'float']) }), 'InvalidInputException', /size/);
    await refused(create({ DataFrequency: 'X' }), 'InvalidInputException', /DataFrequency/);
    await refused(create({ DatasetName: 'a-b' }), 'ValidationException',
        "1 validation error detected: Value 'a-b' at 'datasetName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z][a-zA-Z0-9_]*");
    await create({ DatasetName: 'once' });
    await refused(create({ DatasetName: 'once' }), 'ResourceAlreadyExistsException', 'Failed to create Dataset');
});

// A predictor of each kind of bad data, and its Message.
const bad_data = [
    ['long', {}, { horizon: 40 }, /horizon of 40 is too long: .* 120 time points, which allows at most 30/],
    ['short', { related: () => prices(0, DAYS + 3) }, {}, /price for the item busan ends at 2026-05-03 00:00:00, but must end at 2026-05-07/],
    ['late', { related: () => prices(2, DAYS + HORIZON) }, {}, /starts after the target time series/],
    ['gap', { related: () => prices(0, DAYS + HORIZON).replace(/Seoul,2026-02-01,.*\n/, '') }, {}, /seoul has no value at 2026-02-01 00:00:00/],
];
test('data that cannot be trained on say why', { timeout: 300_000 }, async () => {
    for (const [name, data, asked, message] of bad_data) {
        const target = await dataset(`t_${name}`, 'TARGET_TIME_SERIES', targetSchema);
        const related = await dataset(`r_${name}`, 'RELATED_TIME_SERIES', relatedSchema);
        await load(target, 'i', `${name}/t.csv`, targets(0, DAYS));
        await load(related, 'i', `${name}/r.csv`, (data.related ?? (() => prices(0, DAYS + HORIZON)))());
        const { DatasetGroupArn } = await call('CreateDatasetGroup', { DatasetGroupName: name, Domain: 'RETAIL', DatasetArns: [target, related] });
        const ask = { PredictorName: name, ForecastHorizon: asked.horizon ?? HORIZON, ForecastFrequency: 'D', DataConfig: { DatasetGroupArn } };
        await refused(call('CreateAutoPredictor', { ...ask, ForecastFrequency: 'W' }), 'InvalidInputException', /RELATED_TIME_SERIES/);
        await refused(call('CreateAutoPredictor', { ...ask, ForecastHorizon: 501 }), 'InvalidInputException', /500/);
        const { PredictorArn } = await call('CreateAutoPredictor', ask);
        assert.match((await rests('DescribeAutoPredictor', { PredictorArn }, 'CREATE_FAILED')).Message, message, name);
    }
});

test('a legacy predictor, dimensions, an incremental import', { timeout: 300_000 }, async () => {
    const Schema = { Attributes: [...targetSchema.Attributes, attribute('store', 'string')] };
    const target = await dataset('l_target', 'TARGET_TIME_SERIES', Schema);
    const body = (from, to) => targets(from, to).replaceAll('\n', ',A\n') + targets(from, to).replaceAll('\n', ',B\n').replace(/\n$/, '');
    await load(target, 'one', 'l/one.csv', body(0, DAYS));
    await load(target, 'two', 'l/two.csv', body(DAYS, DAYS + 5), { ImportMode: 'INCREMENTAL' });
    const { DatasetGroupArn } = await call('CreateDatasetGroup', { DatasetGroupName: 'l', Domain: 'RETAIL', DatasetArns: [target] });
    const ask = {
        PredictorName: 'l', AlgorithmArn: 'arn:aws:forecast:::algorithm/NPTS', ForecastHorizon: HORIZON, ForecastTypes: ['0.5'],
        InputDataConfig: { DatasetGroupArn }, FeaturizationConfig: { ForecastFrequency: 'D', ForecastDimensions: ['store'] }, EvaluationParameters: { NumberOfBacktestWindows: 2 },
    };
    await refused(call('CreatePredictor', { ...ask, AlgorithmArn: 'arn:aws:forecast:::algorithm/CNN' }), 'InvalidInputException', /^Invalid Algorithm ARN specified: .*CNN\. Options: arn:aws:forecast:::algorithm\/CNN-QR,/);
    await refused(call('CreatePredictor', { ...ask, PerformAutoML: true }), 'InvalidInputException');
    const { PredictorArn } = await call('CreatePredictor', ask);
    const described = await rests('DescribePredictor', { PredictorArn });
    assert.equal(described.PredictorExecutionDetails.PredictorExecutions[0].TestWindows.length, 2);
    await refused(call('DescribeAutoPredictor', { PredictorArn }), 'InvalidInputException');
    const { ForecastArn } = await call('CreateForecast', { ForecastName: 'l', PredictorArn });
    await rests('DescribeForecast', { ForecastArn });
    await refused(query.send(new QueryForecastCommand({ ForecastArn, Filters: { item_id: 'jeju' } })), 'InvalidInputException', /store/);
    const { Predictions } = (await query.send(new QueryForecastCommand({ ForecastArn, Filters: { item_id: 'jeju', store: 'b' } }))).Forecast;
    assert.deepEqual([Object.keys(Predictions), Predictions.p50[0].Timestamp], [['p50'], stamp(DAYS + 5)]);
    await call('DeleteForecast', { ForecastArn });
    await until(() => call('DescribeForecast', { ForecastArn }).then(() => false, (error) => error.name === 'ResourceNotFoundException'));
});

test('an import and a training go on after kill -9', { timeout: 300_000 }, async () => {
    const memory = emulator, folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
    folders.push(folder);
    const args = ['sandbox', '--data', join(folder, 'data'), '--speed', '20'];
    const die = async () => {
        await emulator.kill('SIGKILL');
        emulator = await start(args);
        speak();
    };
    try {
        emulator = await start(args);
        speak();
        await s3.send(new CreateBucketCommand({ Bucket: 'demand' }));
        const target = await dataset('k_target', 'TARGET_TIME_SERIES', targetSchema);
        await put('k.csv', targets(0, DAYS));
        const job = await call('CreateDatasetImportJob', { DatasetImportJobName: 'k', DatasetArn: target, DataSource: config('k.csv') });
        await until(async () => (await call('DescribeDatasetImportJob', job)).Status !== 'CREATE_PENDING', { pause: 2 });
        await die();
        assert.equal((await rests('DescribeDatasetImportJob', job)).FieldStatistics.demand.Count, cities.length * DAYS);
        const { DatasetGroupArn } = await call('CreateDatasetGroup', { DatasetGroupName: 'k', Domain: 'RETAIL', DatasetArns: [target] });
        const predictor = await call('CreateAutoPredictor', { PredictorName: 'k', ForecastHorizon: HORIZON, ForecastFrequency: 'D', DataConfig: { DatasetGroupArn } });
        await until(async () => (await call('DescribeAutoPredictor', predictor)).Status !== 'CREATE_PENDING', { pause: 2 });
        await die();
        await rests('DescribeAutoPredictor', predictor);
        const made = await call('CreateForecast', { ForecastName: 'k', PredictorArn: predictor.PredictorArn });
        await rests('DescribeForecast', made);
        const ask = () => query.send(new QueryForecastCommand({ ForecastArn: made.ForecastArn, Filters: { item_id: 'busan' } }));
        const before = (await ask()).Forecast;
        await die();
        assert.deepEqual((await ask()).Forecast, before);
    } finally {
        await emulator.kill('SIGKILL');
        emulator = memory;
        speak();
    }
});
