import type { Assistant } from '../assistant.ts';
import type { Household } from '../household/household.ts';
import type { Session } from '../turn/open-session.ts';

export interface Family {
  parent: string;
  /** A minor: the parent has agreed to have preferences learnt, and to nothing else. */
  child: string;
  grandparent: string;
}

/** Who lives here and what they agreed to. */
export function moveIn(household: Household): Family {
  const parent = household.profiles.add({ name: 'parent' }).id;
  const grandparent = household.profiles.add({ name: 'grandparent' }).id;
  const child = household.profiles.add({ name: 'child', minor: true, guardian: parent }).id;
  household.consents.give({ profile: child, purpose: 'personalise', actor: parent });
  for (const profile of [parent, grandparent])
    for (const purpose of ['personalise', 'keep-transcript', 'train'] as const)
      household.consents.give({ profile, purpose, actor: profile });
  return { parent, child, grandparent };
}

/** What was said to the people, by what they asked for. */
export interface Favorites {
  /** To each time the child asked for the song. */
  plays: string[];
  ofChild: string;
  ofParent: string;
  /** To the child, after it had the favorite forgotten. */
  undone: string;
}

export const CHILDS_SONG = 'baby shark';
export const PARENTS_SONG = 'moon river';

/** The child asks for a song again and again, the parent says which is theirs; both then ask for their favorite in the same words. */
export async function haveFavorites(assistant: Assistant, { child, parent }: Family): Promise<Favorites> {
  const [childs, parents] = [child, parent].map((profile) =>
    assistant.openSession({ device: 'story', profile }),
  );
  const plays: string[] = [];
  for (let play = 0; play < 4; play++) plays.push(await reply(childs, `play ${CHILDS_SONG}`));
  await reply(parents, `remember that my favorite song is ${PARENTS_SONG}`);
  for (let play = 0; play < 3; play++) await reply(parents, 'play jolene');
  const ofChild = await reply(childs, 'play my favorite song');
  const ofParent = await reply(parents, 'play my favorite song');
  await reply(childs, 'forget my favorite song');
  await reply(childs, 'yes');
  const undone = await reply(childs, 'play my favorite song');
  for (let play = 0; play < 3; play++) await reply(childs, `play ${CHILDS_SONG}`);
  return { plays, ofChild, ofParent, undone };
}

async function reply(session: Session, text: string): Promise<string> {
  return (await session.say(text)).reply;
}

/** Sentences that both grown ups are not pleased with, so that reviewers get to see them. Each has a word of its own. */
export async function complain(
  assistant: Assistant,
  words: Readonly<Record<string, string>>,
): Promise<{ text: string; call: { name: string; arguments: Record<string, string> } }[]> {
  const said = [];
  for (const [profile, word] of Object.entries(words)) {
    const session = assistant.openSession({ device: 'story', profile });
    const text = `put ${word} on the shopping list`;
    const { traceId } = await session.say(text);
    await session.judge(traceId, 'down');
    said.push({ text, call: { name: 'list_add', arguments: { item: word, list: 'shopping' } } });
  }
  return said;
}
