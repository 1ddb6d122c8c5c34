/** Exit codes of the command line, documented in docs/reference/cli.md. */
export const EXIT = { ok: 0, internal: 1, badInput: 2, gateFailed: 3, undecided: 4, unavailable: 5 } as const;

interface CatalogueEntry {
  /** HTTP status. A deterministic error is never a 5xx. */
  status: number;
  /** Exit code of the command line. */
  exit: number;
  /** One sentence for docs/errors.md: when this happens. */
  when: string;
  /** What to do about it, in general. */
  remedy: string;
}

const badInput = EXIT.badInput;

/** Every error Airworthy raises on purpose. Codes are stable: scripts and clients match on them. */
export const CATALOGUE = {
  // general
  INTERNAL: {
    status: 500,
    exit: EXIT.internal,
    when: 'Something failed that Airworthy did not foresee.',
    remedy: 'Run again with --verbose and report the stack trace.',
  },
  DISK_FULL: {
    status: 507,
    exit: EXIT.unavailable,
    when: 'The data folder has no room left. Nothing acknowledged is lost and reads go on.',
    remedy: 'Free space on the disk that holds the data folder, then run the same command again.',
  },
  BAD_ARGUMENT: {
    status: 400,
    exit: badInput,
    when: 'A command, function or request got an argument it cannot take.',
    remedy: 'See the command with --help.',
  },

  // project
  CONFIG_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'No airworthy.config.ts in the folder or above it.',
    remedy: 'Run `airworthy init` to make a project, or pass its folder.',
  },
  CONFIG_SYNTAX: {
    status: 400,
    exit: badInput,
    when: 'airworthy.config.ts cannot be read as TypeScript.',
    remedy: 'Mend the line named in the message.',
  },
  CONFIG_INVALID: {
    status: 400,
    exit: badInput,
    when: 'A key or value in airworthy.config.ts is not known or not of the right kind.',
    remedy: 'Use the name or value the message offers; docs/reference/config.md lists all.',
  },

  // store
  STORE_NEWER: {
    status: 409,
    exit: badInput,
    when: 'The data folder was last used by a newer version of Airworthy.',
    remedy: 'Use that version or a newer one, or another data folder (--data).',
  },
  BLOB_NOT_FOUND: {
    status: 404,
    exit: badInput,
    when: 'Content that a record refers to is not in the data folder.',
    remedy: 'Restore the data folder from a backup, or make the content again with `airworthy ship`.',
  },

  // data

  // tracking

  // training

  // evaluation

  // registry

  // serving
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;
