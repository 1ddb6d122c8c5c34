import { house } from './migrations/0001-house.ts';

/** In order, never edited once released: a new need is a new migration. */
export const MIGRATIONS: readonly { name: string; statements: readonly string[] }[] = [
  { name: '0001-house', statements: house },
];
