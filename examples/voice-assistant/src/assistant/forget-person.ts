import type { Assistant } from '../assistant.ts';
import { forgetProfile, type HouseholdReceipt } from '../household/forget-profile.ts';
import { forgetOnServer, type ServerErasure } from './forget-on-server.ts';

/** What was erased of a person, and where. It says how much, never what. */
export interface Forgotten {
  /** Null where there is no Airworthy server. */
  server: ServerErasure | null;
  household: HouseholdReceipt;
}

/**
 * Erases a person from the Airworthy server and then from the house, with their profile. The server first: the house knows the
 * pseudonym by which the same can be asked again.
 *
 * @throws ServerErasureError where the server did not; then nothing was erased in the house
 */
export async function forgetPerson(
  { config, household, tracing }: Pick<Assistant, 'config' | 'household' | 'tracing'>,
  profile: string,
  token?: string,
): Promise<Forgotten> {
  // What is on its way would arrive after all else is gone.
  await tracing.flush();
  const server = config.server ? await forgetOnServer({ url: config.server.url, token }, profile) : null;
  const receipt = forgetProfile(household, { profile });
  household.profiles.remove(profile);
  return { server, household: receipt };
}
