import { type FairnessGap, type FairnessTable, fairnessTable } from 'airworthy/evaluation';

type GroupMetric = FairnessTable['groups'][number]['metrics'][number];

/** One sentence out of one loudspeaker. */
export interface SpokenResult {
  voice: string;
  /** The same for all voices that read it: voices are compared on the same sentences. */
  sentence: string;
  /** Was the whole call right? */
  right: boolean;
}

export interface VoiceGap {
  voices: (Pick<GroupMetric, 'value' | 'low' | 'high' | 'n' | 'method'> & { voice: string })[];
  /** The best understood voice less the worst. */
  gap: FairnessGap;
}

/**
 * How far voices lie apart in calls that are right: the product's fairness table, with voices as groups and sentences as
 * clusters. Voices with fewer sentences than the minimum are counted, not compared.
 *
 * @example
 * voiceGap(results).gap; // { value: 0.12, low: 0.04, high: 0.2, lowest: 'kal16', highest: 'slt', … }
 */
export function voiceGap(results: readonly SpokenResult[], minimum = 30): VoiceGap {
  const right = Uint8Array.from(results, (each) => (each.right ? 1 : 0));
  const rows = Map.groupBy(results.keys(), (row) => results[row].voice);
  const voices = [...rows].sort(([a], [b]) => a.localeCompare(b, 'en'));
  const sentences = [...new Set(results.map(({ sentence }) => sentence))];
  const numbers = new Map(sentences.map((sentence, number) => [sentence, number]));
  const { groups, gaps } = fairnessTable(
    'voice',
    voices.map(([value, each]) => ({ column: 'voice', value, rows: Uint32Array.from(each) })),
    {
      config: { groups: ['voice'], minimum },
      // What was to be said is always the true class; what was understood is the prediction.
      outcomes: {
        kind: 'binary',
        y: new Uint8Array(right.length).fill(1),
        scores: Float64Array.from(right),
        predicted: right,
        classes: 2,
      },
      clusters: {
        of: Int32Array.from(results, ({ sentence }) => numbers.get(sentence) ?? 0),
        count: sentences.length,
      },
    },
  );
  const gap = gaps.find(({ name }) => name === 'accuracy-gap');
  if (gap === undefined) throw new Error('the fairness table has no gap in accuracy');
  return { voices: groups.map(({ value, n, metrics }) => ({ voice: value, ...figureOf(n, metrics) })), gap };
}

function figureOf(rows: number, metrics: readonly GroupMetric[]): Omit<VoiceGap['voices'][number], 'voice'> {
  const found = metrics.find(({ name }) => name === 'accuracy');
  if (found === undefined) return { value: null, low: null, high: null, n: rows, method: 'none' };
  const { value, low, high, n, method } = found;
  return { value, low, high, n, method };
}
