import { replaceFormField } from './form-field.ts';
import type { GatewayCall, GatewayRequest, JsonObject } from './gateway.ts';
import type { Plan, PlannedTarget } from './resolve-model.ts';

/** Of one connection, or ours to set. */
const NOT_PASSED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
  'cookie',
  'set-cookie',
  'authorization',
  'accept-encoding',
  'forwarded',
  'origin',
  'referer',
  'traceparent',
  'tracestate',
]);
/** Said to us, by a browser, by a proxy before us, or by HTTP/2 itself. */
const OURS = /^(?:x-airworthy-|x-forwarded-|x-real-ip$|via$|sec-|:)/;
/** Said by a server of itself, which we are not. */
const ITS_OWN = /^(?:access-control-|alt-svc$|strict-transport-security$)/;
/** Of what a client sends, this concerns any provider. */
const FOR_ANY: ReadonlySet<string> = new Set(['accept', 'idempotency-key', 'user-agent', 'openai-beta']);

/** The headers of a request that may reach a provider. */
export function passedHeaders(headers: NodeJS.ReadOnlyDict<string | string[]>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || NOT_PASSED.has(name) || OURS.test(name)) continue;
    passed[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return passed;
}

/** The headers of an answer that may reach a client. */
export function headersOfAnswer(headers: NodeJS.ReadOnlyDict<string | string[]>): Record<string, string> {
  const passed = Object.entries(passedHeaders(headers));
  return Object.fromEntries(passed.filter(([name]) => !ITS_OWN.test(name)));
}

/** What a target is sent beside the body. */
export function headersFor(
  { contentType = 'application/json' }: GatewayRequest,
  { headers = {} }: GatewayCall,
  {
    target,
    direct,
    trace,
  }: { target: PlannedTarget; direct: boolean; trace: { traceId: string; spanId: string } },
): Record<string, string> {
  const asked = direct
    ? headers
    : Object.fromEntries(Object.entries(headers).filter(([name]) => FOR_ANY.has(name)));
  return {
    accept: 'application/json',
    ...asked,
    'content-type': contentType,
    // Compressed answers could not be read for the record.
    'accept-encoding': 'identity',
    traceparent: `00-${trace.traceId}-${trace.spanId}-01`,
    ...target.headers(),
  };
}

/** Where a path below a provider's address is. A query that the address has stays. */
export function addressBelow(base: string, path: string): URL {
  const address = new URL(base);
  const asks = path.indexOf('?');
  const below = asks === -1 ? path : path.slice(0, asks);
  address.pathname = `${address.pathname.replace(/\/$/, '')}/${below}`;
  if (asks !== -1)
    address.search = `${address.search === '' ? '?' : `${address.search}&`}${path.slice(asks + 1)}`;
  return address;
}

/** What a target is sent: the client's own bytes where nothing is to be changed. */
export function writeBody(
  request: GatewayRequest,
  { plan, target, counting }: { plan: Plan; target: PlannedTarget; counting: boolean },
): Buffer {
  const { body, bytes, model } = request;
  const changed = counting || target.model !== model || Object.keys(plan.parameters).length > 0;
  if (bytes !== undefined && !changed) return bytes;
  if (body === undefined) return replaceFormField(bytes ?? Buffer.alloc(0), 'model', target.model);
  const written: JsonObject = { ...plan.parameters, ...body, model: target.model };
  if (counting)
    written.stream_options = { ...(body.stream_options as object | undefined), include_usage: true };
  return Buffer.from(JSON.stringify(written));
}
