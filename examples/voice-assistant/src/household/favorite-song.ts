/** The preference that "my favorite song" means: stated, or learnt from what is played again and again. */
export const FAVORITE_SONG = 'favorite song';
