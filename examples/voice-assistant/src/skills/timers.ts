import type { Timer } from '../household/timers.ts';
import { CannotDo } from './cannot-do.ts';
import type { Skill, SkillContext } from './runnable-skill.ts';
import { parseDuration, speakDuration } from './spoken/durations.ts';
import { words } from './words.ts';

const LONGEST_SECONDS = 24 * 3600;
const MOST_TIMERS = 20;

export const timerSet: Skill = {
  name: 'timer_set',
  description: 'Starts a timer.',
  risk: 'reversible',
  parameters: {
    type: 'object',
    properties: {
      duration: words('How long, as it was said: "ten minutes", "an hour and a half".'),
      name: words('What the timer is for: "pasta".'),
    },
    required: ['duration'],
    additionalProperties: false,
  },
  examples: [
    { say: 'set a timer for ten minutes', arguments: { duration: 'ten minutes' } },
    { say: 'pasta timer eight minutes', arguments: { duration: 'eight minutes', name: 'pasta' } },
  ],
  act({ duration, name }, { household, profile }) {
    const seconds = parseDuration(String(duration));
    if (seconds === null) throw new CannotDo(`i do not know how long ${duration} is`);
    if (seconds > LONGEST_SECONDS) throw new CannotDo('the longest timer i can keep is a day');
    if (household.timers.running().length >= MOST_TIMERS)
      throw new CannotDo('there are too many timers already');
    household.timers.set({ profile, seconds, name: name === undefined ? null : String(name) });
    return `${name === undefined ? 'timer' : `${name} timer`} set for ${speakDuration(seconds)}`;
  },
};

export const timerCancel: Skill = {
  name: 'timer_cancel',
  description: 'Cancels a timer: that of this name, or the one that runs.',
  risk: 'reversible',
  parameters: {
    type: 'object',
    properties: { name: words('What the timer is for.') },
    required: [],
    additionalProperties: false,
  },
  examples: [
    { say: 'cancel the timer', arguments: {} },
    { say: 'cancel the pasta timer', arguments: { name: 'pasta' } },
  ],
  act({ name }, context) {
    const timers = timersOf(name, context);
    const named = timers.flatMap((timer) => timer.name ?? []);
    if (name === undefined && timers.length > 1 && named.length > 0) {
      throw new CannotDo(
        `there are ${timers.length} timers, among them ${named.slice(0, 3).join(', ')}. which one`,
      );
    }
    for (const timer of timers) context.household.timers.cancel(timer.id);
    if (timers.length > 1) return `${timers.length} timers cancelled`;
    return `${timers[0].name === null ? 'timer' : `${timers[0].name} timer`} cancelled`;
  },
};

export const timerCheck: Skill = {
  name: 'timer_check',
  description: 'Tells how long a timer still runs.',
  risk: 'read',
  parameters: {
    type: 'object',
    properties: { name: words('What the timer is for.') },
    required: [],
    additionalProperties: false,
  },
  examples: [
    { say: 'how long is left', arguments: {} },
    { say: 'how long does the pasta still need', arguments: { name: 'pasta' } },
  ],
  answer({ name }, context) {
    const now = context.household.now().getTime();
    return timersOf(name, context)
      .slice(0, 3)
      .map((timer) => {
        const left = speakDuration((timer.dueAt.getTime() - now) / 1000);
        return timer.name === null ? `${left} left` : `${timer.name}: ${left} left`;
      })
      .join(', ');
  },
};

function timersOf(name: string | true | undefined, { household }: SkillContext): Timer[] {
  const running = household.timers.running();
  if (running.length === 0) throw new CannotDo('no timer is running');
  const fitting = running.filter((timer) => name === undefined || timer.name === name);
  if (fitting.length === 0) throw new CannotDo(`there is no timer for ${name}`);
  return fitting;
}
