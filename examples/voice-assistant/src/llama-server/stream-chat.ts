import type { ServerResponse } from 'node:http';
import type { Completion } from './complete-chat.ts';

export interface ChunkHead {
  id: string;
  created: number;
  model: string;
}

/** Writes an answer as server-sent events: text as it comes, calls once they are known, the usage where it was asked for. */
export function streamChat(response: ServerResponse, head: ChunkHead) {
  const send = (choices: object[], more: object = {}) =>
    response.write(
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`,
    );
  const delta = (part: object, finish: string | null = null) =>
    send([{ index: 0, delta: part, finish_reason: finish }]);
  return {
    begin() {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      delta({ role: 'assistant', content: '' });
    },
    text: (content: string) => delta({ content }),
    end({ toolCalls, finishReason, usage }: Completion, withUsage: boolean) {
      for (const [index, { id, type, function: called }] of toolCalls.entries()) {
        delta({ tool_calls: [{ index, id, type, function: { name: called.name, arguments: '' } }] });
        delta({ tool_calls: [{ index, function: { arguments: called.arguments } }] });
      }
      delta({}, finishReason);
      if (withUsage) send([], { usage });
      response.end('data: [DONE]\n\n');
    },
    /** What goes wrong after the head was sent can only be said in the stream. */
    fail: (body: object) => response.end(`data: ${JSON.stringify(body)}\n\n`),
  };
}
