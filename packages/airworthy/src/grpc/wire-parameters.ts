import type { WireParameters } from './messages.ts';

/** Parameters by name, as plain values: 64-bit numbers remain text. */
export function readParameters(parameters: WireParameters | undefined): Record<string, unknown> {
  const entries = Object.entries(parameters ?? {});
  return Object.fromEntries(
    entries.map(([name, parameter]) => {
      const choice = parameter.parameter_choice as keyof typeof parameter | undefined;
      return [name, choice === undefined ? undefined : parameter[choice]];
    }),
  );
}
