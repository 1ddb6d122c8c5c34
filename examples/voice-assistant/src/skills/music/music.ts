import { FAVORITE_SONG } from '../../household/favorite-song.ts';
import { CannotDo } from '../cannot-do.ts';
import type { Skill, SkillArguments, SkillContext } from '../runnable-skill.ts';
import { words } from '../words.ts';
import type { Track, TrackQuestion } from './catalogue.ts';

export const music: Skill = {
  name: 'music',
  description: 'Plays music: a song, something by an artist, the favorite of whoever asks, or anything.',
  risk: 'reversible',
  parameters: {
    type: 'object',
    properties: {
      song: words('Title of the song.', 120),
      artist: words('Who plays it.'),
      favorite: { type: 'boolean', description: "The speaker's favorite song.", const: true },
    },
    required: [],
    additionalProperties: false,
  },
  examples: [
    { say: 'play some music', arguments: {} },
    { say: 'play yesterday by the beatles', arguments: { song: 'yesterday', artist: 'the beatles' } },
    { say: 'play my favorite song', arguments: { favorite: true } },
  ],
  act(args, context) {
    const track = trackOf(args, context);
    const { household, profile, traceId } = context;
    const learnt = household.player.play({ profile, track, traceId });
    const playing = `playing ${track.song} by ${track.artist}`;
    if (!learnt) return playing;
    return `${playing}. i will remember it as your favorite song. say forget my favorite song if i should not`;
  },
};

function trackOf({ song, artist, favorite }: SkillArguments, context: SkillContext): Track {
  const asked = { ...(song && { song: String(song) }), ...(artist && { artist: String(artist) }) };
  if (favorite && song === undefined) return favoriteOf(context);
  const track = context.sources.music.find(asked);
  if (track !== null) return track;
  throw new CannotDo(`i do not have ${missing(asked)}`);
}

function missing({ song, artist }: TrackQuestion): string {
  if (artist === undefined) return song ?? 'any music';
  return `${song ?? 'anything'} by ${artist}`;
}

/** Resolved here, from the household: which song it is enters no prompt, no weights and no log of predictions. */
function favoriteOf({ household, profile, sources }: SkillContext): Track {
  const preference = household.preferences.find(profile, FAVORITE_SONG);
  if (preference === null) {
    throw new CannotDo('i do not know your favorite song. tell me: my favorite song is, and its name');
  }
  const track = sources.music.find({ song: preference.value });
  if (track === null) throw new CannotDo(`your favorite song is ${preference.value}, but i do not have it`);
  return track;
}
