// The provider behind the gateways: one answer to every chat completion, after 50 ms.
import { createServer } from 'node:http';

const DELAY_MS = Number(process.env.DELAY_MS ?? 50);
const ANSWER = JSON.stringify({
  ...{ id: 'chatcmpl-bench', object: 'chat.completion', created: 1_700_000_000, model: 'gpt-4o-mini' },
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'The flight leaves at a quarter past nine from gate B 42.',
        refusal: null,
      },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 64, completion_tokens: 16, total_tokens: 80 },
});

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    setTimeout(() => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(ANSWER),
      });
      response.end(ANSWER);
    }, DELAY_MS);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
