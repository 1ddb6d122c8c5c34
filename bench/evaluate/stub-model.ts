// A model that answers after 50 ms with the last word it was asked about; prints its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const DELAY_MS = 50;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as { messages: { content: string }[] };
    const content = asked.messages.at(-1)?.content.split(' ').at(-1);
    const message = { role: 'assistant', content };
    const body = JSON.stringify({
      ...{ id: 'stub', object: 'chat.completion', created: 1, model: 'stub' },
      choices: [{ index: 0, finish_reason: 'stop', message }],
      usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
    });
    setTimeout(() => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    }, DELAY_MS);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
