import { isRecord } from '../../kernel/is-record.ts';

/** Is this written in promptfoo's words rather than in ours? */
export function isPromptfoo(written: unknown): written is Record<string, unknown> {
  if (!isRecord(written) || 'dataset' in written) return false;
  return ['providers', 'targets', 'tests', 'scenarios'].some((key) => key in written);
}
