/** What may follow what, and how likely: [from, to] by label, the last row where a sentence starts. */
export interface LabelSteps {
  labels: readonly string[];
  scores: Float32Array;
}

/** As low as training takes it to be: what cannot be. */
const FORBIDDEN = -10_000;

/** The learnt steps, without those that BIO forbids: `I-x` comes after `B-x` or `I-x` only. */
export function legalSteps(labels: readonly string[], learnt: Float32Array): LabelSteps {
  const scores = learnt.slice();
  labels.forEach((label, to) => {
    if (!label.startsWith('I-')) return;
    for (let from = 0; from <= labels.length; from++) {
      const before = labels[from];
      if (before !== label && before !== `B-${label.slice(2)}`) scores[from * labels.length + to] = FORBIDDEN;
    }
  });
  return { labels, scores };
}

/** The likeliest labels of a sentence (Viterbi), among those allowed. */
export function bestLabels(
  emissions: readonly Float32Array[],
  steps: LabelSteps,
  allowed: readonly number[],
): number[] {
  const size = steps.labels.length;
  let scores = firstScores(emissions[0], steps);
  const cameFrom: Int32Array[] = [];
  for (const emission of emissions.slice(1)) {
    const next = new Float32Array(size);
    const back = new Int32Array(size);
    for (const to of allowed) {
      let best = allowed[0];
      for (const from of allowed) {
        if (scores[from] + steps.scores[from * size + to] > scores[best] + steps.scores[best * size + to])
          best = from;
      }
      back[to] = best;
      next[to] = scores[best] + steps.scores[best * size + to] + emission[to];
    }
    cameFrom.push(back);
    scores = next;
  }
  let last = allowed.reduce((best, label) => (scores[label] > scores[best] ? label : best));
  const path = [last];
  for (const back of cameFrom.reverse()) {
    last = back[last];
    path.unshift(last);
  }
  return path;
}

/** How likely these labels are among all that are allowed; `temperature` flattens what the scores say. */
export function probabilityOf(
  path: readonly number[],
  {
    emissions,
    steps,
    allowed,
    temperature,
  }: {
    emissions: readonly Float32Array[];
    steps: LabelSteps;
    allowed: readonly number[];
    temperature: number;
  },
): number {
  const size = steps.labels.length;
  let scores = firstScores(emissions[0], steps).map((score) => score / temperature);
  let ofPath = scores[path[0]];
  emissions.slice(1).forEach((emission, i) => {
    const next = new Float32Array(size);
    for (const to of allowed) {
      const arriving = allowed.map((from) => scores[from] + steps.scores[from * size + to] / temperature);
      next[to] = logSumExp(arriving) + emission[to] / temperature;
    }
    ofPath += (steps.scores[path[i] * size + path[i + 1]] + emission[path[i + 1]]) / temperature;
    scores = next;
  });
  return Math.exp(ofPath - logSumExp(allowed.map((label) => scores[label])));
}

function firstScores(emission: Float32Array, { labels, scores }: LabelSteps): Float32Array {
  return emission.map((score, label) => score + scores[labels.length * labels.length + label]);
}

function logSumExp(values: readonly number[]): number {
  const highest = Math.max(...values);
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
