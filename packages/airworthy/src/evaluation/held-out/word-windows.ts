/** Where the words of a normalised text are, each as two numbers that stand for it. */
export interface Words {
  count: number;
  first: Uint32Array;
  second: Uint32Array;
}

/** FNV-1a with two starting values, word by word. */
export function readWords(normalised: string): Words {
  const most = Math.floor(normalised.length / 2) + 1;
  const [first, second] = [new Uint32Array(most), new Uint32Array(most)];
  let [a, b, count, isWord] = [0x811c9dc5, 0x9e3779b9, 0, false];
  for (let place = 0; place <= normalised.length; place++) {
    const code = place === normalised.length ? 32 : normalised.charCodeAt(place);
    if (code !== 32) {
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 15);
      isWord = true;
    } else if (isWord) {
      first[count] = a;
      second[count] = b;
      count++;
      [a, b, isWord] = [0x811c9dc5, 0x9e3779b9, false];
    }
  }
  return { count, first, second };
}

const BASE_FIRST = 0x2c1b3c6d;
const BASE_SECOND = 0x297a2d39;

/** Calls with one number, of 53 bits, for each window of so many words. */
export function forEachWindow(
  { count, first, second }: Words,
  width: number,
  visit: (key: number) => void,
): void {
  if (count < width) return;
  const [topFirst, topSecond] = [power(BASE_FIRST, width), power(BASE_SECOND, width)];
  let [a, b] = [0, 0];
  for (let word = 0; word < count; word++) {
    a = (Math.imul(a, BASE_FIRST) + first[word]) | 0;
    b = (Math.imul(b, BASE_SECOND) + second[word]) | 0;
    if (word >= width) {
      a = (a - Math.imul(first[word - width], topFirst)) | 0;
      b = (b - Math.imul(second[word - width], topSecond)) | 0;
    }
    if (word >= width - 1) visit(mixed(a) * 2 ** 21 + (mixed(b) >>> 11));
  }
}

function power(base: number, exponent: number): number {
  let product = 1;
  for (let step = 0; step < exponent; step++) product = Math.imul(product, base);
  return product;
}

/** The murmur3 finaliser. */
export function mixed(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
