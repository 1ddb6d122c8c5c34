import type { EndpointAnswer } from '../../api/answers.ts';

/** The request as a shell takes it; the example where no record is given. */
export function curlOf(
  { endpoint, example }: Pick<EndpointAnswer, 'endpoint' | 'example'>,
  record: Record<string, unknown> = example ?? {},
  headers: Readonly<Record<string, string>> = {},
): string {
  const body = JSON.stringify(record).replaceAll("'", "'\\''");
  const sent = Object.entries({ 'content-type': 'application/json', ...headers });
  const flags = sent.map(([name, value]) => `-H '${name}: ${value}'`).join(' ');
  return `curl ${location.origin}/predict/${endpoint} ${flags} -d '${body}'`;
}
