// The least that could be done: fetch, compare, append a line. `node bare-loop.ts ENDPOINT CASES CONCURRENCY FILE`
import { createWriteStream } from 'node:fs';

const [endpoint, cases, concurrency, file] = process.argv.slice(2);
const out = createWriteStream(file);
let next = 0;

async function work(): Promise<void> {
  while (next < Number(cases)) {
    const number = next++;
    const response = await fetch(`${endpoint}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'stub', messages: [{ role: 'user', content: `echo w${number}` }] }),
    });
    const answer = (await response.json()) as { choices: { message: { content: string } }[] };
    const output = answer.choices[0].message.content;
    out.write(`${JSON.stringify({ number, output, right: output === `w${number}` })}\n`);
  }
}

await Promise.all(Array.from({ length: Number(concurrency) }, work));
await new Promise((resolve) => out.end(resolve));
