import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Model } from '../../models/model.ts';
import type { Field } from '../../models/table.ts';

/** The model's fields of these names; all where none are given. Throws BAD_ARGUMENT for a name it does not have. */
export function namedFields(
  { fields }: Pick<Model, 'fields'>,
  names: readonly string[] | undefined,
): Field[] {
  if (names === undefined) return fields;
  return names.map((name) => {
    const field = fields.find((candidate) => candidate.name === name);
    if (field) return field;
    const known = fields.map((candidate) => candidate.name);
    const nearest = nearestName(name, known);
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `the model has no field "${name}"; ${nearest === undefined ? `it has ${known.slice(0, 20).join(', ')}` : `did you mean "${nearest}"?`}`,
      at: 'fields',
    });
  });
}
