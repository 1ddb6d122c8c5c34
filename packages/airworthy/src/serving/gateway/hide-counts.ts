import { Transform } from 'node:stream';
import { parseJson } from '../../kernel/parse-json.ts';

const NO_CHOICES = /"choices"\s*:\s*\[\s*\]/;
/** An event that is longer is passed on as it comes. */
const LONGEST_EVENT = 1 << 20;

/**
 * Takes the counts out of a stream that were asked for beside the client's back: the event without choices at its end.
 * Events are passed on whole.
 *
 * @param seen is told everything that comes, also what is taken out
 */
export function hideCounts(seen: (chunk: Buffer) => void): Transform {
  let rest: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen(chunk);
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const passed: Buffer[] = [];
      for (let end = endOfEvent(rest); end !== -1; end = endOfEvent(rest)) {
        const event = rest.subarray(0, end);
        rest = rest.subarray(end);
        if (!isCounts(event)) passed.push(event);
      }
      if (rest.length > LONGEST_EVENT) {
        passed.push(rest);
        rest = Buffer.alloc(0);
      }
      done(null, passed.length === 0 ? undefined : Buffer.concat(passed));
    },
    flush(done) {
      done(null, rest.length === 0 || isCounts(rest) ? undefined : rest);
    },
  });
}

/** After the empty line that ends the first event; -1 where there is none yet. */
function endOfEvent(bytes: Buffer): number {
  const plain = bytes.indexOf('\n\n');
  const returned = bytes.indexOf('\r\n\r\n');
  if (plain === -1 && returned === -1) return -1;
  return returned !== -1 && (plain === -1 || returned < plain) ? returned + 4 : plain + 2;
}

function isCounts(event: Buffer): boolean {
  const text = event.toString('utf8');
  if (!text.startsWith('data:') || !NO_CHOICES.test(text)) return false;
  const chunk = parseJson(text.slice('data:'.length)) as { choices?: unknown[]; usage?: unknown } | undefined;
  return chunk?.choices?.length === 0 && typeof chunk.usage === 'object' && chunk.usage !== null;
}
