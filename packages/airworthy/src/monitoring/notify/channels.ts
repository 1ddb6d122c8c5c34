import { contentKey } from '../../kernel/ids.ts';
import type { Channel } from '../schema.ts';

/** The channel that is always there. */
export const LOG = 'log';

/**
 * The name rows have for a channel: its kind and a digest of where it leads, so that it stays the same when other
 * channels come and go, and holds neither addresses nor secrets.
 */
export function channelName(channel: Channel): string {
  const { tiers: _tiers, ...where } = channel;
  return `${channel.kind}-${contentKey(where).slice(0, 12)}`;
}
