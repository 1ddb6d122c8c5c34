import { z } from 'zod';
import { AirworthyError } from './errors.ts';

/** Parses a verb's input; throws BAD_ARGUMENT that names the verb, the path and what was expected. */
export function checkInput<Schema extends z.ZodType>(
  verb: string,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = z.core.toDotPath(issue.path);
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `${verb}: ${at === '' ? '' : `${at}: `}${issue.message}`,
    ...(at === '' ? {} : { at }),
  });
}
