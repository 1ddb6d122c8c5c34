export interface Track {
  song: string;
  artist: string;
}

export interface TrackQuestion {
  song?: string;
  artist?: string;
}

/** What can be played. */
export interface MusicCatalogue {
  /** null where there is no such thing. */
  find(question: TrackQuestion): Track | null;
}

const TRACKS: readonly Track[] = (
  [
    ['baby shark', 'the children'],
    ['london calling', 'the clash'],
    ['wish you were here', 'pink floyd'],
    ['come together', 'the beatles'],
    ['here comes the sun', 'the beatles'],
    ['yesterday', 'the beatles'],
    ['penny lane', 'the beatles'],
    ['the long and winding road', 'the beatles'],
    ['let it be', 'the beatles'],
    ['yellow submarine', 'the beatles'],
    ['smoke on the water', 'deep purple'],
    ['heart of gold', 'neil young'],
    ['ring of fire', 'johnny cash'],
    ['sultans of swing', 'dire straits'],
    ['dancing in the dark', 'bruce springsteen'],
    ['born to run', 'bruce springsteen'],
    ['purple rain', 'prince'],
    ['feeling good', 'nina simone'],
    ['go your own way', 'fleetwood mac'],
    ['hotel california', 'the eagles'],
    ['under pressure', 'queen'],
    ['bohemian rhapsody', 'queen'],
    ['stairway to heaven', 'led zeppelin'],
    ['road to nowhere', 'talking heads'],
    ['moon river', 'louis armstrong'],
    ['what a wonderful world', 'louis armstrong'],
    ['fields of gold', 'sting'],
    ['the sound of silence', 'simon and garfunkel'],
    ['bridge over troubled water', 'simon and garfunkel'],
    ['dancing queen', 'abba'],
    ['your song', 'elton john'],
    ['autumn leaves', 'nat king cole'],
    ['unforgettable', 'nat king cole'],
    ['both sides now', 'joni mitchell'],
    ['stand by me', 'ben king'],
    ['wonderwall', 'oasis'],
    ['time after time', 'cindy lauper'],
    ['lean on me', 'bill withers'],
    ['as time goes by', 'frank sinatra'],
    ['strangers in the night', 'frank sinatra'],
    ['my way', 'frank sinatra'],
    ['summer holiday', 'cliff richard'],
    ["we'll meet again", 'vera lynn'],
    ['downtown', 'petula clark'],
    ['over the rainbow', 'judy garland'],
    ['jolene', 'dolly parton'],
    ['fast car', 'tracy chapman'],
    ['eine kleine nachtmusik', 'mozart'],
    ['heroes', 'david bowie'],
    ['superstition', 'stevie wonder'],
    ['roxanne', 'the police'],
    ['light my fire', 'the doors'],
    ['paint it black', 'the rolling stones'],
    ['close to you', 'the carpenters'],
    ['wild world', 'cat stevens'],
    ['delilah', 'tom jones'],
    ['apache', 'the shadows'],
    ['good vibrations', 'the beach boys'],
    ['summertime', 'ella fitzgerald'],
    ["you've got a friend", 'carole king'],
    ['graceland', 'paul simon'],
  ] as const
).map(([song, artist]) => ({ song, artist }));

/** Titles without sound, to have something to ask for where no player is connected. */
export function exampleCatalogue(tracks: readonly Track[] = TRACKS): MusicCatalogue {
  return {
    find({ song, artist }) {
      const fits = tracks.filter(
        (track) =>
          (song === undefined || same(song, track.song)) &&
          (artist === undefined || same(artist, track.artist)),
      );
      return fits[0] ?? null;
    },
  };
}

function same(said: string, title: string): boolean {
  return plain(said) === plain(title);
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/^\s*the /, '')
    .trim();
}
