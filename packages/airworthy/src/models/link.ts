import type { Link } from './model.ts';

/**
 * Turns margins (rows x width) into predictions in place. Probabilities that a forest's sum carries a hair past
 * 0 or 1 are brought back, since a log-loss of them would be NaN.
 */
export function applyLink(link: Link, isClassifier: boolean, margins: Float64Array, width: number): void {
  if (link === 'logistic') {
    for (let at = 0; at < margins.length; at++) margins[at] = 1 / (1 + Math.exp(-margins[at]));
  } else if (link === 'softmax') {
    for (let at = 0; at < margins.length; at += width) softmax(margins, at, width);
  } else if (isClassifier) {
    for (let at = 0; at < margins.length; at++) margins[at] = Math.min(1, Math.max(0, margins[at]));
  }
}

function softmax(margins: Float64Array, start: number, width: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = start; at < start + width; at++) largest = Math.max(largest, margins[at]);
  let sum = 0;
  for (let at = start; at < start + width; at++) {
    margins[at] = Math.exp(margins[at] - largest);
    sum += margins[at];
  }
  for (let at = start; at < start + width; at++) margins[at] /= sum;
}
