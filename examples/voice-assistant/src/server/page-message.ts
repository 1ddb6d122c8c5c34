/** What a page says. Sound comes as binary messages between `begin` and `end`. */
export type PageMessage =
  | { type: 'say'; text: string }
  /** The microphone is open: until the button is let go, or hands-free until the wake word and the silence after speech. */
  | { type: 'begin'; mode: 'button' | 'hands-free' }
  | { type: 'end' }
  /** The microphone has gone away. */
  | { type: 'gone' }
  | { type: 'hush' }
  | { type: 'judge'; turn: string; value: 'up' | 'down' }
  | { type: 'correct'; turn: string; text: string }
  | { type: 'speak-as'; profile: string };

const LONGEST = { text: 2_000, turn: 32, profile: 100 };

/** Reads a page's message; gives what is wrong with it where it is none. */
export function readPageMessage(data: string): PageMessage | { problem: string } {
  let message: unknown;
  try {
    message = JSON.parse(data);
  } catch {
    return { problem: 'not JSON' };
  }
  if (typeof message !== 'object' || message === null) return { problem: 'not an object' };
  const { type, text, turn, value, mode, profile } = message as Record<string, unknown>;
  switch (type) {
    case 'end':
    case 'gone':
    case 'hush':
      return { type };
    case 'begin':
      if (mode === 'button' || mode === 'hands-free') return { type, mode };
      return { problem: 'mode is "button" or "hands-free"' };
    case 'say':
      if (isText(text, LONGEST.text)) return { type, text };
      return { problem: `text is a sentence of at most ${LONGEST.text} characters` };
    case 'correct':
      if (isText(text, LONGEST.text) && isText(turn, LONGEST.turn)) return { type, turn, text };
      return { problem: 'a correction has turn and text' };
    case 'judge':
      if (isText(turn, LONGEST.turn) && (value === 'up' || value === 'down')) return { type, turn, value };
      return { problem: 'a thumb has turn, and value "up" or "down"' };
    case 'speak-as':
      if (isText(profile, LONGEST.profile)) return { type, profile };
      return { problem: 'profile is the id of a speaker' };
    default:
      return { problem: `there is no message ${JSON.stringify(String(type).slice(0, 40))}` };
  }
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longest;
}
