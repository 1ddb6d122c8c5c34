import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * One key for each profile; all that is personal is kept sealed with it. Without its key nothing of a person can be
 * read again, in copies of the data neither: so keep the folder of keys out of backups, or back it up apart.
 */
export class Keys {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  seal(profile: string, text: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#read(profile) ?? this.#make(profile), nonce);
    cipher.setAAD(Buffer.from(profile));
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** null where the key is gone: what was sealed with it is no more. */
  open(profile: string, sealed: Uint8Array): string | null {
    const key = this.#read(profile);
    if (key === null) return null;
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(profile));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return (
        decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      return null;
    }
  }

  /** Was there one? */
  destroy(profile: string): boolean {
    const existed = this.#read(profile) !== null;
    rmSync(this.#path(profile), { force: true });
    return existed;
  }

  #read(profile: string): Buffer | null {
    try {
      return readFileSync(this.#path(profile));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Where two processes make a key at once, the first one's counts; nobody ever reads half of one. */
  #make(profile: string): Buffer {
    const key = randomBytes(32);
    const draft = join(this.#folder, `${profile}.${randomBytes(6).toString('hex')}.new`);
    writeFileSync(draft, key, { flag: 'wx', mode: 0o600, flush: true });
    try {
      linkSync(draft, this.#path(profile));
      return key;
    } catch (error) {
      const made = this.#read(profile);
      if (made === null) throw error;
      return made;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  #path(profile: string): string {
    return join(this.#folder, `${profile}.key`);
  }
}
