// Our JSONata engine against the reference implementation, in CPU time, parse included:
//   node bench_jsonata.mjs BUILD/tests/bench/bench_jsonata
// Both run the same rows; the reference is warmed up first, so that its compiler has done its work.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsonata from 'jsonata';

const WANTED = 5; // times faster, each

const orders = Array.from({ length: 10000 }, (_, i) => ({
  id: `order-${i}`, region: ['eu', 'us', 'ap'][i % 3], price: (i * 37) % 1000 / 10, quantity: 1 + (i % 7), paid: i % 2 === 0,
}));

const rows = [
  { name: 'field-access', rounds: 20000, input: { order: { customer: { address: { city: 'Seoul' } } } },
    expression: 'order.customer.address.city' },
  { name: 'filter-aggregate-10000', rounds: 20, input: { orders },
    expression: '$sum(orders[price > 50 and region = "eu"].(price * quantity))' },
  { name: 'recursive-function', rounds: 20, input: null,
    expression: '($fib := function($n) { $n < 2 ? $n : $fib($n - 1) + $fib($n - 2) }; $fib(15))' },
  { name: 'string-template', rounds: 20000, input: { name: 'Ada', count: 3, items: ['a', 'b', 'c'], total: 12.5 },
    expression: '"Dear " & name & ", your " & count & " items (" & $join(items, ", ") & ") cost " & $string(total) & " in all."' },
];

async function measure(row) {
  const round = () => jsonata(row.expression).evaluate(row.input);
  for (let i = 0; i < Math.max(3, row.rounds / 10); i++) await round();
  const before = process.cpuUsage();
  for (let i = 0; i < row.rounds; i++) await round();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / row.rounds;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-jsonata-'));
let slow = 0;
try {
  const file = join(folder, 'rows.json');
  writeFileSync(file, JSON.stringify(rows));
  const ours = Object.fromEntries(execFileSync(process.argv[2], [file], { encoding: 'utf8' }).trim().split('\n')
    .map((line) => line.split(' ')).map(([name, microseconds]) => [name, Number(microseconds)]));
  for (const row of rows) {
    const theirs = await measure(row);
    const ratio = theirs / ours[row.name];
    if (ratio < WANTED) slow++;
    console.log(`${row.name.padEnd(24)} ${ours[row.name].toFixed(2).padStart(10)} us  reference ${theirs.toFixed(2).padStart(10)} us  ${ratio.toFixed(1).padStart(6)} x`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = slow ? 1 : 0;
