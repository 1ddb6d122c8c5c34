import type { Question } from '../../../api/review-answers.ts';

/** What a key does while nothing is being typed. */
export type ReviewAct =
  | { kind: 'choose'; question: string; option: number }
  | { kind: 'next' | 'previous' | 'undo' | 'skip' | 'discard' | 'submit' | 'help' };

const LETTERS: Readonly<Record<string, ReviewAct['kind']>> = {
  j: 'next',
  k: 'previous',
  u: 'undo',
  s: 'skip',
  x: 'discard',
  Enter: 'submit',
  '?': 'help',
};

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The act of a key, if it has one here: 1 to 9 answer the question that is current. */
export function actOf(pressed: Pressed, current: Question | undefined): ReviewAct | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  if (/^[1-9]$/.test(pressed.key)) {
    const option = Number(pressed.key) - 1;
    if (current === undefined || option >= optionsOf(current).length) return null;
    return { kind: 'choose', question: current.name, option };
  }
  const kind = LETTERS[pressed.key];
  return kind === undefined || kind === 'choose' ? null : { kind };
}

export interface Option {
  value: string | number;
  text: string;
}

/** What can be chosen by a key; nothing where an answer is written. */
export function optionsOf(question: Question): Option[] {
  switch (question.kind) {
    case 'rating':
      return ratings(question.scale);
    case 'choice':
      return question.options.map((option) => ({ value: option, text: option }));
    case 'pairwise':
      return PAIRWISE;
    default:
      return [];
  }
}

const PAIRWISE: Option[] = [
  { value: 'left', text: 'left is better' },
  { value: 'right', text: 'right is better' },
  { value: 'tie', text: 'both are as good' },
  { value: 'both-bad', text: 'both are bad' },
];

function ratings([low, high]: readonly [number, number]): Option[] {
  return Array.from({ length: high - low + 1 }, (_, step) => ({
    value: low + step,
    text: String(low + step),
  }));
}
