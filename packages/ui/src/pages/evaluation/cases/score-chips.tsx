import type { CaseScore } from '../../../api/evaluation-answers.ts';
import { type Condition, StateMark } from '../../../components/state-mark.tsx';
import { inUnit, type MetricWords } from '../metric-words.ts';

interface Props {
  scores: Readonly<Record<string, CaseScore>>;
  baseline?: Readonly<Record<string, CaseScore>> | undefined;
  words: ReadonlyMap<string, MetricWords>;
  /** Of many metrics only the first are shown. */
  most?: number;
}

/** What each scorer says of one answer: its mark, its figure, its code; and the baseline's where that is another. */
export function ScoreChips({ scores, baseline, words, most = 12 }: Props) {
  const entries = Object.entries(scores)
    .filter(([, { status }]) => status !== 'skipped')
    .sort(([a, one], [b, other]) => rankOf(one, words.get(a)) - rankOf(other, words.get(b)));
  return (
    <span className="score-chips">
      {entries.slice(0, most).map(([metric, score]) => (
        <span key={metric} className="score-chip">
          <StateMark condition={conditionOf(score, words.get(metric))} size={11} />
          <span className="quiet">{words.get(metric)?.label ?? metric}</span>{' '}
          {wordsOf(score, words.get(metric))}
          <Before score={score} before={baseline?.[metric]} words={words.get(metric)} />
          {score.code ? <code>{score.code}</code> : null}
        </span>
      ))}
      {entries.length > most ? <span className="quiet">+ {entries.length - most}</span> : null}
    </span>
  );
}

/** What is wrong comes first, then errors, then what is right; what is only measured comes last. */
function rankOf(score: CaseScore, words: MetricWords | undefined): number {
  return ['bad', 'warn', 'good', 'idle'].indexOf(conditionOf(score, words));
}

interface BeforeProps {
  score: CaseScore;
  before: CaseScore | undefined;
  words: MetricWords | undefined;
}

function Before({ score, before, words }: BeforeProps) {
  if (before === undefined || (before.value === score.value && before.status === score.status)) return null;
  return <span className="quiet">(was {wordsOf(before, words)})</span>;
}

/** A score of one is right, of zero wrong; between, and for what has a unit, there is no such word. */
export function conditionOf(score: CaseScore, words: MetricWords | undefined): Condition {
  if (score.status === 'error') return 'warn';
  if (score.status !== 'scored' || score.value === null || words?.unit) return 'idle';
  const good = words?.better === 'lower' ? 0 : 1;
  if (score.value === good) return 'good';
  return score.value === 1 - good ? 'bad' : 'idle';
}

export function wordsOf(score: CaseScore, words: MetricWords | undefined): string {
  if (score.status !== 'scored') return score.status === 'error' ? 'no score' : score.status;
  if (score.value === null) return score.label ?? '—';
  return score.value === 0 || score.value === 1 ? String(score.value) : inUnit(score.value, words?.unit);
}
