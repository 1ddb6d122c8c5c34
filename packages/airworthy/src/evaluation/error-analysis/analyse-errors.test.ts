import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from '../../stats/random.ts';
import { ErrorAnalysis } from '../report/schema.ts';
import { analyseErrors, collectErrors, type JudgedCase } from './analyse-errors.ts';
import { textOf, wordsOf } from './case-text.ts';

const LANGUAGES = ['en', 'de', 'fr', 'es'];

function drawn(
  random: Random,
  n: number,
  rate: (each: { lang: string; length: number }) => number,
): JudgedCase[] {
  return Array.from({ length: n }, (_, place) => {
    const metadata = {
      lang: LANGUAGES[random.integer(4)],
      length: random.integer(100),
      tier: ['free', 'paid'][random.integer(2)],
      customer: { new: random.next() < 0.3 },
      source: `s${random.integer(8)}`,
    };
    return { id: `c${place}`, failed: random.next() < rate(metadata), input: 'a b', metadata };
  });
}

test('a planted slice is found on one half and confirmed on the other', () => {
  const planted = ({ lang, length }: { lang: string; length: number }) =>
    lang === 'de' && length > 60 ? 0.6 : 0.1;
  const cases = drawn(createRandom('planted'), 1200, planted);
  const { slices } = analyseErrors({ metric: 'exact', seed: 1, cases });
  const [slice] = slices;
  assert.equal(slice.status, 'confirmed');
  assert.deepEqual(slice.literals.map(({ column }) => column).sort(), ['lang', 'length']);
  assert.match(slice.rule, /lang = de/);
  assert.ok(slice.failureRate > 0.5 && slice.restRate < 0.15 && slice.n > 80, JSON.stringify(slice));
  assert.ok(slice.q >= slice.p && (slice.confirmedP ?? 1) < 0.05);
});

test('noise confirms nothing, nor do clusters that fail as a whole', () => {
  let confirmed = 0;
  for (let round = 0; round < 10; round++) {
    const random = createRandom(`noise ${round}`);
    const cases = drawn(random, 400, () => 0.3);
    // Ten cases of one cluster have the same features and fail together.
    const clustered = Array.from({ length: 60 }, () => drawn(random, 1, () => 0.3)[0]).flatMap(
      (each, cluster) =>
        Array.from({ length: 10 }, (_, place) => ({
          ...each,
          id: `${cluster}-${place}`,
          cluster: `k${cluster}`,
        })),
    );
    for (const one of [cases, clustered]) {
      const { slices } = analyseErrors({ metric: 'exact', seed: round, cases: one });
      if (slices.some(({ status }) => status === 'confirmed')) confirmed++;
    }
  }
  assert.ok(confirmed <= 1, `${confirmed} of 20`);
});

const TOPICS = [
  ['refund', 'invoice', 'charged', 'twice', 'billing', 'money'],
  ['password', 'login', 'reset', 'locked', 'account', 'email'],
  ['delivery', 'parcel', 'courier', 'late', 'address', 'tracking'],
];

function failure(random: Random, id: string, topic: readonly string[], words: number): JudgedCase {
  const filler = () => `w${random.integer(400)}`;
  const text = Array.from({ length: words }, () =>
    random.next() < 0.4 ? topic[random.integer(topic.length)] : filler(),
  );
  return {
    id,
    failed: true,
    input: { question: text.join(' ') },
    output: 'no',
    metadata: {},
    code: topic[0],
  };
}

test('failures that read alike come together; codes are counted against the baseline', () => {
  const random = createRandom('topics');
  const cases = Array.from({ length: 90 }, (_, place) => ({
    ...failure(random, `c${place}`, TOPICS[place % 3], 20),
    baselineCode: place % 2 === 0 ? 'ok' : 'refund',
  }));
  const analysis = ErrorAnalysis.parse(analyseErrors({ metric: 'exact', seed: 1, cases }));
  assert.deepEqual(
    analysis.clusters.map((cluster) => cluster.cases),
    [30, 30, 30],
  );
  for (const { terms, exemplars } of analysis.clusters) {
    const topic = TOPICS.findIndex((words) => words.includes(terms[0]));
    assert.deepEqual(
      terms.filter((term) => !TOPICS[topic].includes(term)),
      [],
    );
    assert.ok(exemplars.every((id) => Number(id.slice(1)) % 3 === topic));
  }
  assert.deepEqual(
    analysis.codes.map(({ cases: count }) => count),
    [30, 30, 30],
  );
  assert.deepEqual(
    analysis.confusion.find((row) => row.baseline === 'ok' && row.candidate === 'refund')?.cases,
    15,
  );
  assert.deepEqual(analysis, analyseErrors({ metric: 'exact', seed: 1, cases }));
  const vectors = cases.map((each, place) => ({
    ...each,
    input: '',
    vector: LANGUAGES.concat(new Array(96).fill('')).map(
      (_, at) => (at === place % 2 ? 1 : 0.1) + 0.1 * random.normal(),
    ),
  }));
  assert.deepEqual(
    analyseErrors({ metric: 'exact', seed: 1, cases: vectors }).clusters.map((cluster) => cluster.cases),
    [45, 45],
  );
});

test('nothing failed, few failed, every case failed', () => {
  const right = drawn(createRandom(1), 50, () => 0);
  const none = analyseErrors({ metric: 'exact', seed: 1, cases: right });
  assert.deepEqual(none, {
    metric: 'exact',
    failures: 0,
    clusters: [],
    slices: [],
    codes: [],
    confusion: [],
  });
  const all = analyseErrors({ metric: 'exact', seed: 1, cases: drawn(createRandom(2), 80, () => 1) });
  assert.deepEqual([all.failures, all.slices, all.codes], [80, [], [{ code: 'wrong', cases: 80 }]]);
  assert.deepEqual(analyseErrors({ metric: 'exact', seed: 1, cases: [] }).slices, []);
});

test('of very many cases a random part is looked at, and that is said', () => {
  const errors = collectErrors({ metric: 'exact', seed: 1 });
  const random = createRandom('many');
  for (let place = 0; place < 51_000; place++) {
    errors.add({
      id: `${place}`,
      failed: place % 10 === 0,
      input: 'x y',
      metadata: { half: place % 2, id: `${random.next()}` },
    });
  }
  const analysis = errors.finish();
  assert.deepEqual([analysis.failures, analysis.sampled], [5100, { failures: 3000, cases: 50_000 }]);
  assert.deepEqual([analysis.slices[0].rule, analysis.slices[0].status], ['half <= 0', 'confirmed']);
});

test('words of any value and any script', () => {
  assert.deepEqual(wordsOf('Don’t: Žluť 42x'), ['don', 't', 'žluť', '42x']);
  assert.deepEqual(wordsOf('東京都'), ['東京', '京都']);
  assert.equal(textOf({ a: ['x', { b: 3 }], c: null, d: true }), 'x 3 true');
});
