const LINE_END = /\r\n|\n|\r/;
/** A carriage return that comes last may be half of a line's end. */
const SURE_LINE_END = /\r\n|\n|\r(?!$)/;

/** The data of each event of a stream of server-sent events, however its bytes are cut. */
export async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? '')).split(done ? LINE_END : SURE_LINE_END);
      rest = done ? '' : (lines.pop() ?? '');
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
        else if (line === '' && data.length > 0) {
          yield data.join('\n');
          data = [];
        }
      }
      if (done) return;
    }
  } finally {
    // Whoever reads no further wants no more of it either.
    await reader.cancel();
  }
}
