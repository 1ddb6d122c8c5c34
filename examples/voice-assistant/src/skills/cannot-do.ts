/** What a person is told instead of an answer, where they asked for something that cannot be. Nothing has failed. */
export class CannotDo extends Error {}
