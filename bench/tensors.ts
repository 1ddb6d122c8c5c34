// Measures what it costs to read 1,000 rows of 10 numbers over the Open Inference Protocol, in JSON and in binary.
// `node --conditions=development bench/tensors.ts`
import { readInfer } from '../packages/airworthy/src/http/oip/read-infer.ts';
import { checkTable } from '../packages/airworthy/src/models/check-table.ts';
import { signatureOf } from '../packages/airworthy/src/models/signature.ts';
import type { Field, Table } from '../packages/airworthy/src/models/table.ts';
import { tensorsToTable } from '../packages/airworthy/src/serving/tensors/tensors-to-table.ts';
import { createRandom } from '../packages/airworthy/src/stats/random.ts';
import { table, writeSection } from './results.ts';

const ROWS = 1_000;
const FIELDS = 10;
const ROUNDS = 5;
const CALLS = 400;

const fields: Field[] = Array.from({ length: FIELDS }, (_, index) => ({
  name: `feature-${index}`,
  kind: 'number',
  nullable: false,
}));
const signature = signatureOf({ fields, task: { kind: 'binary', target: 'y', classes: ['no', 'yes'] } });
const random = createRandom(7);
const columns = fields.map(() => Float64Array.from({ length: ROWS }, () => random.normal()));

const head = (index: number) => ({ name: fields[index].name, shape: [ROWS, 1], datatype: 'FP64' });
const inJson = Buffer.from(
  JSON.stringify({ inputs: columns.map((column, index) => ({ ...head(index), data: [...column] })) }),
);
const header = Buffer.from(
  JSON.stringify({
    inputs: columns.map((column, index) => ({
      ...head(index),
      parameters: { binary_data_size: column.byteLength },
    })),
  }),
);
const inBinary = Buffer.concat([header, ...columns.map((column) => Buffer.from(column.buffer))]);

const read = (body: Buffer, headerLength?: number): Table =>
  tensorsToTable(fields, readInfer(body, headerLength, { signature }).inputs);

const WAYS: Readonly<Record<string, () => unknown>> = {
  'JSON.parse alone': () => JSON.parse(inJson.toString('utf8')),
  'JSON to columns': () => read(inJson),
  'binary to columns': () => read(inBinary, header.length),
  'binary to checked columns': () => checkTable(fields, read(inBinary, header.length)),
};

/** CPU microseconds a call: the median of rounds in which the ways take turns. */
function measure(): Map<string, number> {
  const taken = new Map(Object.keys(WAYS).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, way] of Object.entries(WAYS)) {
      const before = process.cpuUsage();
      for (let call = 0; call < CALLS; call++) way();
      const { user, system } = process.cpuUsage(before);
      // The first round warms up.
      if (round > 0) taken.get(name)?.push((user + system) / CALLS);
    }
  return new Map([...taken].map(([name, times]) => [name, times.sort((a, b) => a - b)[ROUNDS >> 1]]));
}

const cost = measure();
const json = cost.get('JSON to columns') ?? Number.NaN;
const rows = [...cost].map(([name, microseconds]) => [
  name,
  microseconds.toFixed(1),
  `1/${(json / microseconds).toFixed(1)}`,
]);
const text = table(['reading 1,000 x 10 FP64', 'CPU µs', 'of JSON to columns'], rows);
console.log(text);
writeSection('tensors', 'Binary tensors', text);
