import { findSkill, SKILLS } from './registry.ts';
import type { Call, SkillDescription } from './skill.ts';

/** Words of a sentence that a tagger took for an argument. */
export interface Span {
  slot: string;
  text: string;
}

/** What a tagger learns to say. */
export interface Labels {
  /** A skill, with the argument that is no span of words: `weather`, `light state=on`, `music favorite=true`. */
  classes: readonly string[];
  /** `O`, `B-room`, `I-room` … */
  bio: readonly string[];
}

type Variant = Readonly<Record<string, string | true>>;

const VARIANTS: ReadonlyMap<string, { name: string; variant: Variant }> = new Map(
  SKILLS.flatMap((skill) =>
    variantsOf(skill).map((variant) => [labelText(skill.name, variant), { name: skill.name, variant }]),
  ),
);

export function toLabels(): Labels {
  const slots = new Set(SKILLS.flatMap((skill) => slotNames(skill)));
  return {
    classes: [...VARIANTS.keys()],
    bio: ['O', ...[...slots].flatMap((slot) => [`B-${slot}`, `I-${slot}`])],
  };
}

/**
 * The call that a class and its spans mean. Spans that the skill does not take are left out, of several for one
 * argument the first counts; what is missing the validators tell.
 *
 * @example
 * callOf('light state=on', [{ slot: 'room', text: 'kitchen' }]); // { name: 'light', arguments: { state: 'on', room: 'kitchen' } }
 */
export function callOf(label: string, spans: readonly Span[]): Call {
  const known = VARIANTS.get(label);
  if (known === undefined)
    throw new Error(`no skill has the label "${label}": was the model trained on other skills?`);
  const said = new Map(spans.toReversed().map((span) => [span.slot, span.text] as const));
  const names = Object.keys(findSkill(known.name)?.parameters.properties ?? {});
  const values = names.flatMap((name) => {
    const value = known.variant[name] ?? said.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { name: known.name, arguments: Object.fromEntries(values) };
}

/** The class of a call; null where no skill takes such a call. */
export function labelOf(call: Call): string | null {
  const skill = findSkill(call.name);
  if (skill === null) return null;
  const slots = new Set(slotNames(skill));
  const variant = Object.keys(skill.parameters.properties)
    .filter((name) => !slots.has(name) && call.arguments[name] !== undefined)
    .map((name) => [name, call.arguments[name] as string | true] as const);
  const label = labelText(call.name, Object.fromEntries(variant));
  return VARIANTS.has(label) ? label : null;
}

function labelText(name: string, variant: Variant): string {
  return [name, ...Object.entries(variant).map(([key, value]) => `${key}=${value}`)].join(' ');
}

/** Arguments that are words of the sentence. */
function slotNames({ parameters }: SkillDescription): string[] {
  return Object.entries(parameters.properties)
    .filter(([, schema]) => 'maxLength' in schema)
    .map(([name]) => name);
}

/** Every choice of the arguments that are no words of the sentence. */
function variantsOf({ parameters }: SkillDescription): Variant[] {
  let variants: Variant[] = [{}];
  for (const [name, schema] of Object.entries(parameters.properties)) {
    if ('maxLength' in schema) continue;
    const values: readonly (string | true)[] = 'enum' in schema ? schema.enum : [true];
    const kept = parameters.required.includes(name) ? [] : variants;
    variants = [
      ...kept,
      ...variants.flatMap((variant) => values.map((value) => ({ ...variant, [name]: value }))),
    ];
  }
  return variants;
}
