/** A language model in the ARPA format that speech recognisers read. */
export interface LanguageModel {
  arpa: string;
  /** In the order of the alphabet. */
  words: readonly string[];
}

const START = '<s>';
const END = '</s>';
/** What ARPA writes for the logarithm of zero: nobody says the start of a sentence. */
const NEVER = '-99';

/**
 * A trigram model of sentences, smoothed by Witten and Bell's rule: after words that many different ones follow, more is
 * left for words that were never seen to follow.
 *
 * @example
 * buildLanguageModel(['lights on', 'lights out']).arpa;
 */
export function buildLanguageModel(sentences: Iterable<string>): LanguageModel {
  const followers = countFollowers(sentences);
  const grams: string[][] = [[`${NEVER}\t${START}${backoff(followers, START)}`], [], []];
  for (const history of [...followers.keys()].sort()) {
    const words = history === '' ? [] : history.split(' ');
    for (const word of [...(followers.get(history)?.counts.keys() ?? [])].sort()) {
      const gram = [...words, word].join(' ');
      const chance = Math.log10(probability(followers, words, word)).toFixed(4);
      grams[words.length].push(`${chance}\t${gram}${words.length < 2 ? backoff(followers, gram) : ''}`);
    }
  }
  const words = [...(followers.get('')?.counts.keys() ?? [])].filter((word) => word !== END).sort();
  return { arpa: toArpa(grams), words };
}

interface Follower {
  counts: Map<string, number>;
  total: number;
}

/** What followed each history of no, one or two words, and how often. */
type Followers = ReadonlyMap<string, Follower>;

function countFollowers(sentences: Iterable<string>): Followers {
  const followers = new Map<string, Follower>();
  for (const sentence of sentences) {
    const words = [START, ...sentence.split(' ').filter((word) => word !== ''), END];
    for (let at = 1; at < words.length; at++) {
      for (let from = Math.max(0, at - 2); from <= at; from++) {
        const history = words.slice(from, at).join(' ');
        const follower = followers.get(history) ?? { counts: new Map<string, number>(), total: 0 };
        follower.counts.set(words[at], (follower.counts.get(words[at]) ?? 0) + 1);
        follower.total++;
        followers.set(history, follower);
      }
    }
  }
  return followers;
}

function probability(followers: Followers, history: readonly string[], word: string): number {
  const follower = followers.get(history.join(' '));
  if (!follower) return probability(followers, history.slice(1), word);
  const { counts, total } = follower;
  const lower = history.length === 0 ? 1 / counts.size : probability(followers, history.slice(1), word);
  return ((counts.get(word) ?? 0) + counts.size * lower) / (total + counts.size);
}

/** The share that is left for what never followed, as ARPA writes it behind an n-gram. */
function backoff(followers: Followers, history: string): string {
  const follower = followers.get(history);
  if (!follower) return '\t0';
  return `\t${Math.log10(follower.counts.size / (follower.total + follower.counts.size)).toFixed(4)}`;
}

function toArpa(grams: readonly (readonly string[])[]): string {
  const head = grams.map((order, index) => `ngram ${index + 1}=${order.length}`);
  const body = grams.flatMap((order, index) => ['', `\\${index + 1}-grams:`, ...order]);
  return ['\\data\\', ...head, ...body, '', '\\end\\', ''].join('\n');
}
