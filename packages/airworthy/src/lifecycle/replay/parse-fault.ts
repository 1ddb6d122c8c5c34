import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import { parseTimestamp } from '../../models/timestamps.ts';
import { FAULT_FORMS, type Fault, type FaultKind } from './fault.ts';

/**
 * Reads `FAULT@FROM[..TO]`, times as ISO 8601. Throws BAD_ARGUMENT that says how the fault is written.
 *
 * @example
 * parseFault('unit-change:distance:1.609@2001-03-01..2001-03-08');
 */
export function parseFault(text: string): Fault {
  const at = text.lastIndexOf('@');
  if (at === -1) throw badFault(text, 'it does not say from when', `${text}@2001-03-01`);
  const [from, to, ...more] = text.slice(at + 1).split('..');
  const period = { from: parseTimestamp(from), to: to === undefined ? Infinity : parseTimestamp(to) };
  if (more.length > 0 || Number.isNaN(period.from) || Number.isNaN(period.to)) {
    throw badFault(text, `"${text.slice(at + 1)}" is no time or period`, '…@2001-03-01..2001-03-08');
  }
  if (period.to <= period.from) throw badFault(text, 'it ends before it begins', '…@2001-03-01..2001-03-08');
  return { ...parseKind(text, text.slice(0, at)), ...period, text };
}

function parseKind(text: string, words: string): FaultKind {
  const [kind, column, first, second] = words.split(':');
  if (!(kind in FAULT_FORMS)) {
    const nearest = nearestName(kind, Object.keys(FAULT_FORMS));
    const known = Object.values(FAULT_FORMS).join(', ');
    throw badFault(
      text,
      `there is no fault "${kind}"${nearest ? `; did you mean "${nearest}"?` : ''}`,
      known,
    );
  }
  const parsed = readKind(kind as FaultKind['kind'], {
    column,
    first,
    second,
    parts: words.split(':').length,
  });
  if (parsed) return parsed;
  throw badFault(text, `it is not written as ${kind} is`, FAULT_FORMS[kind as FaultKind['kind']]);
}

interface Words {
  column: string | undefined;
  first: string | undefined;
  second: string | undefined;
  parts: number;
}

function readKind(kind: FaultKind['kind'], { column, first, second, parts }: Words): FaultKind | undefined {
  switch (kind) {
    case 'unit-change': {
      const factor = number(first);
      return column && parts === 3 && factor !== undefined && factor !== 0
        ? { kind, column, factor }
        : undefined;
    }
    case 'missing':
      return column && parts === 2 ? { kind, column } : undefined;
    case 'category':
      return column && parts === 4 && first && second ? { kind, column, old: first, new: second } : undefined;
    case 'shift': {
      const deviations = number(first);
      return column && parts === 3 && deviations !== undefined ? { kind, column, deviations } : undefined;
    }
    case 'label-flip': {
      const share = parts === 1 ? 1 : number(column);
      return parts <= 2 && share !== undefined && share > 0 && share <= 1 ? { kind, share } : undefined;
    }
    case 'latency': {
      const milliseconds = number(column);
      return parts === 2 && milliseconds !== undefined && milliseconds > 0
        ? { kind, milliseconds }
        : undefined;
    }
  }
}

function number(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function badFault(text: string, why: string, form: string): AirworthyError {
  return new AirworthyError('BAD_ARGUMENT', {
    message: `the fault "${text}" cannot be read: ${why}`,
    remedy: `Write it so: ${form}, then @FROM or @FROM..TO.`,
    facts: { fault: text },
  });
}
