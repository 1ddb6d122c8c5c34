/** What one message holds, as people read it. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'call'; name: string; text: string }
  | { kind: 'result'; name: string | null; text: string }
  | { kind: 'other'; text: string };

export interface Message {
  role: string;
  parts: Part[];
}

type Fields = Record<string, unknown>;

/**
 * The messages of a prompt or a completion, in the shapes of OpenTelemetry, OpenInference, OpenAI and Anthropic;
 * null where it is no conversation.
 */
export function readMessages(value: unknown): Message[] | null {
  const list = listOf(value);
  if (list === null) return null;
  const messages = list.map(readMessage);
  return messages.length > 0 && messages.every((message) => message !== null) ? messages : null;
}

function listOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!isFields(value)) return null;
  for (const key of ['messages', 'choices', 'input', 'output']) {
    if (Array.isArray(value[key])) {
      const system = typeof value.system === 'string' ? [{ role: 'system', content: value.system }] : [];
      return [...system, ...(value[key] as unknown[])];
    }
  }
  return typeof value.role === 'string' ? [value] : null;
}

function readMessage(value: unknown): Message | null {
  if (!isFields(value)) return null;
  const inner = isFields(value.message) ? value.message : value;
  if (typeof inner.role !== 'string') return null;
  const content = [inner.parts, inner.content, inner.contents].find(
    (held) => held !== undefined && held !== null,
  );
  const parts = (Array.isArray(content) ? content : content === undefined ? [] : [content]).map(readPart);
  const calls = Array.isArray(inner.tool_calls) ? inner.tool_calls.map(readCall) : [];
  const isTool = inner.role === 'tool' || inner.role === 'function';
  const name = typeof inner.name === 'string' ? inner.name : null;
  const shown = isTool
    ? parts.map((part): Part => (part.kind === 'text' ? { kind: 'result', name, text: part.text } : part))
    : parts;
  return { role: inner.role, parts: [...shown, ...calls] };
}

function readPart(value: unknown): Part {
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (!isFields(value)) return { kind: 'other', text: asText(value) };
  const type = String(value.type ?? '');
  if (/^(tool_call|tool_use|function_call)$/.test(type)) return readCall(value);
  if (/^(tool_call_response|tool_result|function_call_output)$/.test(type)) {
    const held = value.response ?? value.result ?? value.content ?? value.output;
    return { kind: 'result', name: typeof value.name === 'string' ? value.name : null, text: asText(held) };
  }
  const text = [value.text, value.content, value.refusal].find((held) => typeof held === 'string');
  return text === undefined ? { kind: 'other', text: asText(value) } : { kind: 'text', text: String(text) };
}

function readCall(value: unknown): Part {
  const fields = isFields(value) ? value : {};
  const called = [fields.function, fields.tool_call].find(isFields) ?? fields;
  const given = called.arguments ?? called.input;
  return { kind: 'call', name: String(called.name ?? 'a tool'), text: asText(parsed(given)) };
}

export interface RetrievedDocument {
  /** 1 is the first. */
  place: number;
  id: string | null;
  score: number | null;
  text: string;
}

/** What a retrieval gave; null where it is no list of documents. */
export function readDocuments(value: unknown): RetrievedDocument[] | null {
  const held = isFields(value) && Array.isArray(value.documents) ? value.documents : value;
  if (!Array.isArray(held) || held.length === 0) return null;
  const documents = held.map((one, index) => readDocument(one, index + 1));
  return documents.every((document) => document !== null) ? documents : null;
}

function readDocument(value: unknown, place: number): RetrievedDocument | null {
  const fields = isFields(value) ? (isFields(value.document) ? value.document : value) : {};
  const text = [fields.page_content, fields.content, fields.text].find((one) => typeof one === 'string');
  if (text === undefined || 'role' in fields) return null;
  const id = fields.id ?? (isFields(fields.metadata) ? fields.metadata.doc_uri : null) ?? null;
  return {
    place,
    id: id === null ? null : String(id),
    score: typeof fields.score === 'number' ? fields.score : null,
    text: String(text),
  };
}

export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value, null, 2);
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
