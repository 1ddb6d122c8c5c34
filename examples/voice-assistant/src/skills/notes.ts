import { CannotDo } from './cannot-do.ts';
import type { Skill } from './runnable-skill.ts';
import { leaveOutPersonal } from './spoken/leave-out-personal.ts';
import { words } from './words.ts';

const MOST_NOTES = 200;
const READ_ALOUD = 5;

/** What people ask to have remembered where their numbers may be kept: "remember that numbers in notes is fine". */
const MAY_KEEP = 'numbers in notes';

export const noteAdd: Skill = {
  name: 'note_add',
  description: 'Keeps a note.',
  risk: 'reversible',
  parameters: {
    type: 'object',
    properties: { text: words('What the note says, as it was said.', 200) },
    required: ['text'],
    additionalProperties: false,
  },
  examples: [{ say: 'make a note to call the dentist', arguments: { text: 'call the dentist' } }],
  act({ text }, { household, profile }) {
    if (household.notes.read(profile).length >= MOST_NOTES)
      throw new CannotDo('you have too many notes already');
    const said = String(text);
    const mayKeep = household.preferences.find(profile, MAY_KEEP) !== null;
    const kept = mayKeep ? { text: said, left: [] } : leaveOutPersonal(said);
    household.notes.add({ profile, text: kept.text });
    if (kept.left.length === 0) return `noted: ${said}`;
    return `noted: ${kept.text}. i left ${kept.left.join(' and ')} out`;
  },
};

export const noteRead: Skill = {
  name: 'note_read',
  description: "Reads the speaker's notes aloud.",
  risk: 'read',
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
  examples: [{ say: 'read my notes', arguments: {} }],
  answer(_, { household, profile }) {
    const notes = household.notes.read(profile);
    if (notes.length === 0) return 'you have no notes';
    const newest = notes.slice(-READ_ALOUD);
    const lead =
      notes.length > READ_ALOUD ? `the newest ${READ_ALOUD} of your ${notes.length} notes` : 'your notes';
    return `${lead}: ${newest.join('. ')}`;
  },
};
