import { CannotDo } from '../cannot-do.ts';
import { readFraction, readNumber, splitWords } from './numbers.ts';

/** Ways of saying an operation; the longest that fits counts. */
const OPERATORS = {
  sum: [['plus'], ['+'], ['added', 'to']],
  difference: [['minus'], ['-'], ['take', 'away'], ['less']],
  product: [['times'], ['*'], ['×'], ['x'], ['multiplied', 'by']],
  quotient: [['divided', 'by'], ['/'], ['÷'], ['over']],
  power: [['to', 'the', 'power', 'of'], ['to', 'the', 'power'], ['^']],
} as const;
type Operator = keyof typeof OPERATORS;

/** Words before an expression that mean nothing for it. */
const LEAD = new Set(['what', 'is', "what's", 'calculate', 'compute', 'the', 'result', 'of']);

/**
 * The value of spoken arithmetic: numbers in words or figures, the four operations, percent, fractions, powers, roots.
 * @throws CannotDo with a sentence for the person
 */
export function evaluateExpression(phrase: string): number {
  const reader = new ExpressionReader(splitWords(phrase));
  const value = reader.readAll();
  if (!Number.isFinite(value)) throw new CannotDo('that number is too big for me');
  return value;
}

/** Up to six decimals, without the noise of binary fractions. */
export function speakNumber(value: number): string {
  const rounded = Number(value.toPrecision(12));
  const places = Math.abs(rounded) >= 1e15 ? rounded.toExponential(3) : String(Number(rounded.toFixed(6)));
  const about = Math.abs(Number(places) - rounded) > 1e-9 ? 'about ' : '';
  return `${about}${places.replace(/^-/, 'minus ')}`;
}

class ExpressionReader {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  readAll(): number {
    if (this.#words.length === 0) throw new CannotDo('there is nothing to calculate');
    const value = this.#readSum();
    this.#take(['=']);
    const rest = this.#words[this.#at];
    if (rest !== undefined) throw new CannotDo(`i do not know how to calculate with ${rest}`);
    return value;
  }

  #readSum(): number {
    let value = this.#readProduct();
    for (;;) {
      if (this.#takes('sum')) value += this.#readProduct();
      else if (this.#takes('difference')) value -= this.#readProduct();
      else return value;
    }
  }

  #readProduct(): number {
    let value = this.#readPower();
    for (;;) {
      if (this.#takes('product')) value *= this.#readPower();
      else if (this.#takes('quotient')) value = divide(value, this.#readPower());
      else return value;
    }
  }

  #readPower(): number {
    let value = this.#readOperand();
    for (;;) {
      if (this.#takes('power')) value = raise(value, this.#readOperand());
      else if (this.#take(['squared'])) value **= 2;
      else if (this.#take(['cubed'])) value **= 3;
      else return value;
    }
  }

  #readOperand(): number {
    if (this.#take(['minus']) || this.#take(['-'])) return -this.#readOperand();
    if (this.#take(['('])) return this.#readBracket();
    const named = this.#readNamed();
    if (named !== null) return named;
    const part = this.#readPartOf();
    if (part !== null) return part;
    const number = readNumber(this.#words, this.#at);
    if (number !== null) {
      this.#at = number.next;
      return this.#take(['percent']) || this.#take(['%'])
        ? this.#readPercent(number.value / 100)
        : number.value;
    }
    const word = this.#words[this.#at];
    if (word !== undefined && LEAD.has(word)) {
      this.#at += 1;
      return this.#readOperand();
    }
    throw new CannotDo(
      word === undefined ? 'a number is missing in that' : `i do not know how to calculate with ${word}`,
    );
  }

  #readBracket(): number {
    const value = this.#readSum();
    if (!this.#take([')'])) throw new CannotDo('a closing bracket is missing in that');
    return value;
  }

  /** `square root of`, `the sum of … and …`, `twice`. */
  #readNamed(): number | null {
    this.#take(['the']);
    if (this.#take(['square', 'root', 'of']) || this.#take(['root', 'of'])) return root(this.#readPower(), 2);
    if (this.#take(['cube', 'root', 'of'])) return root(this.#readPower(), 3);
    if (this.#take(['twice']) || this.#take(['double'])) return 2 * this.#readPower();
    if (this.#take(['sum', 'of'])) return this.#readPair((a, b) => a + b);
    if (this.#take(['product', 'of'])) return this.#readPair((a, b) => a * b);
    if (this.#take(['difference', 'between']) || this.#take(['difference', 'of'])) {
      return this.#readPair((a, b) => a - b);
    }
    return null;
  }

  #readPair(combine: (a: number, b: number) => number): number {
    const first = this.#readPower();
    if (!this.#take(['and'])) throw new CannotDo('the second number is missing in that');
    return combine(first, this.#readPower());
  }

  /** `half of`, `two thirds of`. */
  #readPartOf(): number | null {
    const fraction = readFraction(this.#words, this.#at);
    if (fraction === null) return null;
    this.#at = fraction.next;
    return this.#take(['of']) ? fraction.value * this.#readPower() : fraction.value;
  }

  #readPercent(share: number): number {
    if (this.#take(['of'])) return share * this.#readPower();
    if (this.#take(['off'])) return (1 - share) * this.#readPower();
    return share;
  }

  #takes(operator: Operator): boolean {
    return OPERATORS[operator].some((words) => this.#take(words));
  }

  #take(words: readonly string[]): boolean {
    if (!words.every((word, offset) => this.#words[this.#at + offset] === word)) return false;
    this.#at += words.length;
    return true;
  }
}

function divide(value: number, by: number): number {
  if (by === 0) throw new CannotDo('nothing can be divided by zero');
  return value / by;
}

function raise(value: number, exponent: number): number {
  const raised = value ** exponent;
  if (Number.isNaN(raised)) throw new CannotDo('that has no real result');
  return raised;
}

function root(value: number, degree: 2 | 3): number {
  if (degree === 3) return Math.cbrt(value);
  if (value < 0) throw new CannotDo('a negative number has no real square root');
  return Math.sqrt(value);
}
