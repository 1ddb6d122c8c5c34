import type { Tracing } from '../tracing/open-tracing.ts';
import type { TurnResult } from '../turn/turn.ts';
import { forgetOnServer } from './forget-on-server.ts';

export interface FollowingParts {
  /** The Airworthy server; null where there is none. */
  url: string | null;
  token?: string | undefined;
  tracing: Pick<Tracing, 'flush'>;
  onTrouble?: ((message: string) => void) | undefined;
}

/** Who says "forget everything about me" means the server too. */
export interface ForgettingFollower {
  /** Was everything of the person forgotten in this turn? Then the server is asked to, beside the turn. */
  follow(profile: string, result: Pick<TurnResult, 'outcome' | 'calls'>): boolean;
  /** Resolves when what was asked of the server has been answered. */
  finished(): Promise<void>;
}

export function followForgetting({ url, token, tracing, onTrouble }: FollowingParts): ForgettingFollower {
  const underWay = new Set<Promise<void>>();

  async function erase(server: string, profile: string): Promise<void> {
    try {
      // The turn that asked for it goes as well.
      await tracing.flush();
      await forgetOnServer({ url: server, token }, profile);
    } catch (thrown) {
      onTrouble?.(`${(thrown as Error).message}. Again: airworthy forget ${profile}`);
    }
  }

  return {
    follow(profile, { outcome, calls }) {
      const isAll = calls.some(({ name, arguments: given }) => name === 'forget' && given.key === undefined);
      if (outcome !== 'done' || !isAll) return false;
      if (url !== null) {
        const erasing = erase(url, profile).finally(() => underWay.delete(erasing));
        underWay.add(erasing);
      }
      return true;
    },
    finished: async () => void (await Promise.all(underWay)),
  };
}
