import { AirworthyError } from '../../kernel/errors.ts';

interface Named {
  name: string;
  parameters?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Parameters of extensions that would change what is asked, and that this server does not have. Others it does not know
 * are left alone, as the protocol says.
 *
 * @throws PROTOCOL_UNSUPPORTED that names the parameter
 */
export function refuseExtensions(
  parameters: Readonly<Record<string, unknown>>,
  inputs: readonly Named[],
  outputs: readonly Named[],
): void {
  if (isSet(parameters.sequence_id)) throw unsupported('the request', 'sequence_id', 'sequences');
  for (const { name, parameters: own } of inputs)
    if (isSet(own?.shared_memory_region))
      throw unsupported(`input "${name}"`, 'shared_memory_region', 'shared memory');
  for (const { name, parameters: own } of outputs) {
    if (isSet(own?.shared_memory_region))
      throw unsupported(`output "${name}"`, 'shared_memory_region', 'shared memory');
    if (isSet(own?.classification)) throw unsupported(`output "${name}"`, 'classification', 'classification');
  }
}

/** Clients send what they mean as "none" too. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== 0 && value !== '' && value !== false && String(value) !== '0';
}

function unsupported(subject: string, parameter: string, extension: string): AirworthyError {
  return new AirworthyError('PROTOCOL_UNSUPPORTED', {
    message: `${subject} has the parameter ${parameter}: this server has no ${extension}`,
    at: parameter,
  });
}
