import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DATATYPES, type Datatype } from '../../models/signature.ts';
import type { Field } from '../../models/table.ts';
import { tableToRecords } from '../../models/table-to-records.ts';
import type { Tensor } from '../runtimes/runtime.ts';
import { tensorFromBytes, tensorToBytes } from './binary-tensors.ts';
import { fitTensors } from './fit-tensors.ts';
import { fromBfloat, fromHalf } from './half-floats.ts';
import { tensorFromJson, tensorToJson } from './json-tensors.ts';
import { tensorFromNumbers } from './tensor-from-numbers.ts';
import { tensorsToTable } from './tensors-to-table.ts';

const refused = (message: RegExp) => (error: { code: string; message: string }) => {
  assert.equal(error.code, 'TENSOR_INVALID');
  assert.match(error.message, message);
  return true;
};
const floats = (name: string, data: readonly number[], shape = [data.length, 1]): Tensor => ({
  name,
  datatype: 'FP64',
  shape,
  data: Float64Array.from(data),
});

describe('tensors on the wire', () => {
  test('binary: whatever bytes come as any datatype go back as they were, wherever they lie', () => {
    const datatype = fc.constantFrom(...DATATYPES.filter((each) => each !== 'BYTES' && each !== 'BOOL'));
    fc.assert(
      fc.property(datatype, fc.uint8Array({ maxLength: 64 }), fc.nat(9), (type, content, offset) => {
        const whole = content.subarray(0, content.length - (content.length % 8));
        const size = tensorFromNumbers({ name: 'x', datatype: type, shape: [1] }, [0]).data as Uint8Array;
        const count = whole.length / size.BYTES_PER_ELEMENT;
        // Behind a header of any length, so that views would be misaligned.
        const body = Buffer.concat([Buffer.alloc(offset), whole]).subarray(offset);
        const tensor = tensorFromBytes({ name: 'x', datatype: type, shape: [count] }, body);
        assert.equal(tensor.data.length, count);
        assert.deepEqual(tensorToBytes(tensor), Buffer.from(whole));
      }),
      { numRuns: 200 },
    );
  });

  test('binary: texts and bytes of any length', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 8 }), (elements) => {
        const data = elements.map((each) => Buffer.from(each));
        const bytes = tensorToBytes({ data });
        const read = tensorFromBytes({ name: 'x', datatype: 'BYTES', shape: [data.length] }, bytes);
        assert.deepEqual(read.data, data);
      }),
      { numRuns: 100 },
    );
  });

  test('binary: what is not as long as it says is refused, whatever the shape claims', () => {
    const cases: [datatype: string, shape: number[], bytes: Buffer, message: RegExp][] = [
      ['FP32', [2, 2], Buffer.alloc(15), /so 16 bytes, and has 15/],
      ['FP32', [2 ** 31, 2 ** 31], Buffer.alloc(4), /too many elements/],
      ['FP64', [2 ** 32, 2 ** 32, 0, 2 ** 40], Buffer.alloc(0), /too many elements/],
      ['FP64', [-1], Buffer.alloc(8), /has -1; sizes are whole numbers/],
      ['FP64', [1.5], Buffer.alloc(8), /has 1.5/],
      ['FP64', new Array(17).fill(1), Buffer.alloc(8), /17 dimensions/],
      ['FP128', [1], Buffer.alloc(16), /datatype "FP128" is not known/],
      ['toString', [1], Buffer.alloc(16), /datatype "toString"/],
      ['BOOL', [2], Buffer.from([1, 2]), /element 1 is 2, which is no BOOL/],
      ['BYTES', [2], Buffer.from([0, 0, 0, 0, 5, 0, 0, 0]), /element 1 ends beyond/],
      ['BYTES', [1], Buffer.from([9, 0, 0, 0, 65]), /element 0 ends beyond/],
      ['BYTES', [1], Buffer.from([0, 0, 0, 0, 65]), /1 bytes after its 1 elements/],
      ['BYTES', [1e9], Buffer.alloc(8), /1000000000 elements by its shape/],
    ];
    for (const [datatype, shape, bytes, message] of cases)
      assert.throws(() => tensorFromBytes({ name: 'x', datatype, shape }, bytes), refused(message));
  });

  test('JSON: nested or flat, each datatype with its own range', () => {
    const read = (datatype: string, shape: number[], data: unknown[], missing = false) =>
      tensorFromJson({ name: 'x', datatype, shape, data }, { missing });
    assert.deepEqual(
      read(
        'INT32',
        [2, 2],
        [
          [1, 2],
          [3, 4],
        ],
      ).data,
      Int32Array.of(1, 2, 3, 4),
    );
    assert.deepEqual(read('UINT64', [1], [2 ** 53 - 1]).data, BigUint64Array.of(9_007_199_254_740_991n));
    assert.deepEqual(read('BOOL', [2], [true, false]).data, Uint8Array.of(1, 0));
    assert.deepEqual(read('FP32', [2], [0.1, null]).data, Float32Array.of(0.1, Number.NaN));
    assert.deepEqual(read('FP64', [0, 3], []).shape, [0, 3]);
    const missing = read('INT32', [2, 1], [[7], [null]], true);
    assert.deepEqual([missing.datatype, missing.data], ['FP64', Float64Array.of(7, Number.NaN)]);
    const wrong: [string, number[], unknown[], RegExp][] = [
      ['INT8', [1], [128], /element 0 is 128, which is no INT8/],
      ['UINT8', [1], [-1], /which is no UINT8/],
      ['INT64', [1], [2 ** 53], /which is no INT64/],
      ['INT32', [1], [null], /element 0 is null/],
      ['INT32', [1], [1.5], /1.5, which is no INT32/],
      ['BOOL', [1], [1], /which is no BOOL/],
      ['FP32', [1], [1e39], /1e\+39, which is no FP32/],
      ['FP64', [1], JSON.parse('[1e999]'), /Infinity, which is no FP64/],
      ['FP64', [1], ['1'], /"1", which is no FP64/],
      ['FP64', [1], [[[[1]]], 2], /data of 2/],
      ['FP64', [1], [{}], /which is no FP64/],
      ['FP16', [1], [1], /FP16 has no JSON form/],
      ['BF16', [1], [1], /BF16 has no JSON form/],
      ['BYTES', [1], [7], /7, which is no BYTES/],
    ];
    for (const [datatype, shape, data, message] of wrong)
      assert.throws(() => read(datatype, shape, data), refused(message), datatype);
  });

  test('JSON: what it cannot say is refused, 64-bit integers keep their digits', () => {
    const write = (datatype: Datatype, data: Tensor['data']) =>
      JSON.stringify(tensorToJson({ name: 'x', datatype, shape: [data.length], data }));
    assert.equal(
      write('INT64', BigInt64Array.of(-9_223_372_036_854_775_808n, 1n)),
      '[-9223372036854775808,1]',
    );
    assert.equal(write('BOOL', Uint8Array.of(1, 0)), '[true,false]');
    assert.equal(write('FP64', Float64Array.of(Number.NaN, -0.5)), '[null,-0.5]');
    assert.equal(write('BYTES', [Buffer.from('né')]), '["né"]');
    assert.throws(() => write('FP32', Float32Array.of(1, -Infinity)), refused(/element 1 is -Infinity/));
    assert.throws(() => write('FP16', Uint16Array.of(1)), refused(/ask for it in binary/));
    assert.throws(() => write('BYTES', [Buffer.from([0xff])]), refused(/no UTF-8 text/));
  });

  test('16-bit floats are the numbers they stand for', () => {
    const halves: [bits: number, value: number][] = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65_504],
      [0x0001, 2 ** -24],
      [0x0400, 2 ** -14],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7e00, Number.NaN],
    ];
    for (const [bits, value] of halves) assert.equal(fromHalf(bits), value);
    assert.deepEqual([0x3f80, 0xc049, 0x7f80].map(fromBfloat), [1, -3.140625, Number.POSITIVE_INFINITY]);
  });
});

describe('tensors for a model that takes tensors', () => {
  const wanted = [{ name: 'x', datatype: 'FP32' as const, shape: [-1, 2] }];
  const fit = (tensor: Tensor) => fitTensors(wanted, [tensor])[0];

  test('numbers may come in another datatype as long as they remain numbers', () => {
    const given = fit(floats('x', [0.1, Number.NaN, Number.POSITIVE_INFINITY, -1e38], [2, 2]));
    assert.equal(given.datatype, 'FP32');
    assert.deepEqual(given.data, Float32Array.of(0.1, Number.NaN, Number.POSITIVE_INFINITY, -1e38));
    assert.throws(
      () => fit(floats('x', [1, 1e39], [1, 2])),
      refused(/element 1 is 1e\+39, which is no FP32/),
    );
    const int = [{ name: 'x', datatype: 'INT64' as const, shape: [-1] }];
    assert.deepEqual(fitTensors(int, [floats('x', [7], [1])])[0].data, BigInt64Array.of(7n));
    assert.throws(() => fitTensors(int, [floats('x', [7.5], [1])]), refused(/7.5, which is no INT64/));
    assert.throws(() => fitTensors(int, [floats('x', [Number.NaN], [1])]), refused(/NaN, which is no INT64/));
    const text = {
      name: 'x',
      datatype: 'BYTES' as const,
      shape: [1, 2],
      data: [Buffer.from('1'), Buffer.from('2')],
    };
    assert.throws(() => fit(text), refused(/is BYTES; the model takes FP32/));
  });

  test('names and shapes are the model’s', () => {
    assert.throws(() => fit(floats('y', [1, 2], [1, 2])), refused(/no input "y"/));
    assert.throws(
      () => fit(floats('x', [1, 2], [2, 1])),
      refused(/has shape \[2,1\]; the model takes \[-1,2\]/),
    );
    assert.throws(() => fit(floats('x', [1, 2], [2])), refused(/has shape \[2\]/));
    const twice = [floats('x', [1, 2], [1, 2]), floats('x', [1, 2], [1, 2])];
    assert.throws(() => fitTensors(wanted, twice), refused(/"x" is there twice/));
  });
});

describe('tensors as the columns of records', () => {
  const fields: Field[] = [
    { name: 'distance', kind: 'number', nullable: false },
    { name: 'origin', kind: 'category', nullable: true },
    { name: 'date', kind: 'timestamp', nullable: true },
    { name: 'stops', kind: 'integer', nullable: false, default: 2 },
  ];
  const bytes = (name: string, texts: string[]): Tensor => ({
    name,
    datatype: 'BYTES',
    shape: [texts.length],
    data: texts.map((text) => Buffer.from(text)),
  });

  test('columns are the records; what is left out is missing, or the default', () => {
    const table = tensorsToTable(fields, [
      { name: 'distance', datatype: 'INT64', shape: [3, 1], data: BigInt64Array.of(1n, 2n, 3n) },
      bytes('origin', ['ORD', '', 'ORD']),
    ]);
    assert.deepEqual(tableToRecords(fields, table), [
      { distance: 1, origin: 'ORD', date: null, stops: 2 },
      { distance: 2, origin: null, date: null, stops: 2 },
      { distance: 3, origin: 'ORD', date: null, stops: 2 },
    ]);
    const column = floats('distance', [1, 2]);
    assert.equal(tensorsToTable(fields, [column]).columns.distance.kind, 'number');
    assert.equal(
      (tensorsToTable(fields, [column]).columns.distance as { values: unknown }).values,
      column.data,
    );
    const dated = tensorsToTable(fields, [column, bytes('date', ['2001-02-03T17:40:00Z', ''])]);
    assert.deepEqual(
      tableToRecords(fields, dated).map((each) => each.date),
      ['2001-02-03T17:40:00.000Z', null],
    );
  });

  test('a matrix is the fields that no other input names, in their order', () => {
    const numbers = fields.filter(({ kind }) => kind === 'number' || kind === 'integer');
    const matrix: Tensor = {
      ...{ name: 'predict', datatype: 'FP32', shape: [2, 2] },
      data: Float32Array.of(733, 1, 0.5, Number.NaN),
    };
    const records = tableToRecords(numbers, tensorsToTable(numbers, [matrix]));
    assert.deepEqual(records, [
      { distance: 733, stops: 1 },
      { distance: 0.5, stops: null },
    ]);
    const whole: Tensor = { ...matrix, datatype: 'INT64', data: BigInt64Array.of(1n, 2n, 3n, 4n) };
    const beside = tensorsToTable(fields, [bytes('date', ['', '']), whole, bytes('origin', ['ORD', 'LAX'])]);
    assert.deepEqual(
      tableToRecords(fields, beside).map(({ distance, origin, stops }) => [distance, origin, stops]),
      [
        [1, 'ORD', 2],
        [3, 'LAX', 4],
      ],
    );
    const [one] = numbers;
    assert.equal(tensorsToTable([one], [floats('input-0', [1, 2, 3])]).rows, 3);
    assert.deepEqual(
      tensorsToTable(numbers, [{ ...matrix, shape: [0, 2], data: new Float32Array() }]).rows,
      0,
    );
    const odd = { ...matrix, shape: [1, 4] };
    assert.throws(
      () => tensorsToTable(numbers, [odd]),
      refused(/"predict" has 4 columns; the model takes 2: "distance", "stops"/),
    );
    const four = { ...matrix, shape: [1, 4] };
    assert.throws(() => tensorsToTable(fields, [four]), refused(/"origin" is text: send it as BYTES/));
    assert.throws(
      () => tensorsToTable(fields, [floats('distanc', [1, 2]), bytes('origin', ['', ''])]),
      refused(/no input "distanc"; did you mean "distance"/),
    );
  });

  test('what cannot be a column is refused by name', () => {
    const distance = floats('distance', [1, 2]);
    const cases: [Tensor[], RegExp][] = [
      [[], /has no inputs/],
      [[bytes('origin', ['A'])], /input "distance" is missing/],
      [[distance, bytes('origin', ['A'])], /input "origin" has 1 rows and input "distance" has 2/],
      [[floats('distance', [1, 2], [1, 2])], /one value a row: \[1, 1\]/],
      [[floats('distance', [1], [])], /one value a row/],
      [[distance, floats('origin', [1, 2])], /"origin" is text: send it as BYTES/],
      [[bytes('distance', ['1'])], /"distance" is BYTES, which is no number/],
      [[distance, bytes('date', ['', 'soon'])], /element 1 is "soon", which is no ISO 8601 time/],
      [
        [distance, { ...bytes('origin', ['', '']), data: [Buffer.from([0xff]), Buffer.alloc(0)] }],
        /no UTF-8 text/,
      ],
      [
        [{ name: 'distance', datatype: 'UINT64', shape: [1], data: BigUint64Array.of(2n ** 60n) }],
        /beyond 2\^53/,
      ],
    ];
    for (const [tensors, message] of cases)
      assert.throws(() => tensorsToTable(fields, tensors), refused(message));
  });
});
