import type { Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { CaptureConfig, CaptureStart, LockFile, UntrackedFile } from '../../tracking/index.ts';
import { type ContentKeeper, digestFile } from './keep-content.ts';
import { type GitFacts, readSubmodules } from './read-git.ts';
import { isSecretFile, type Masker } from './secrets.ts';

const LOCK_FILE =
  /^(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|uv\.lock|poetry\.lock|pdm\.lock|Pipfile\.lock|requirements[\w.-]*\.txt|environment\.ya?ml|conda-lock\.yml|pixi\.lock|Cargo\.lock|go\.sum|pom\.xml|gradle\.lockfile|build\.gradle(\.kts)?|Gemfile\.lock|renv\.lock|Manifest\.toml|flake\.lock)$/;
/** Files listed a run; a folder full of data is not source. */
const MOST_UNTRACKED = 10_000;
/** Bytes of untracked files beyond the cap that are hashed a run. */
const MOST_HASHED = 1024 ** 3;

type Source = Pick<CaptureStart, 'commit' | 'remote' | 'diff' | 'untracked' | 'submodules' | 'lockFiles'>;

export interface SourceOptions {
  git: GitFacts | null;
  /** The working folder. */
  folder: string;
  dataFolder: string;
  startedAt: number;
  config: Pick<CaptureConfig, 'diffBytes' | 'untrackedBytes' | 'untrackedFileBytes'>;
  keeper: ContentKeeper;
  masker: Masker;
}

/** Keeps what makes the source of a run: changes, untracked files, lock files. */
export async function keepSource(options: SourceOptions, notes: string[]): Promise<Source> {
  const { git, keeper, masker, config } = options;
  const lockFiles = await keepLockFiles(options);
  if (git === null) {
    notes.push('the folder is in no git repository: its code is not recorded');
    return { commit: null, remote: null, diff: null, untracked: [], submodules: [], lockFiles };
  }
  const tooLarge = git.diffTooLarge || git.diff.length > config.diffBytes;
  if (tooLarge) notes.push('the uncommitted changes are larger than tracking.capture.diffBytes: not kept');
  const path = 'source/diff.patch';
  const secret = masker.finds(git.diff);
  if (secret) notes.push('the uncommitted changes hold the value of a secret variable: not kept');
  const wanted = git.diff.length > 0 && !tooLarge && !secret;
  const kept = wanted && (await keeper.keepBytes(git.diff, path)) !== undefined;
  if (wanted && !kept) notes.push('the uncommitted changes could not be kept');
  const submodules = (await isFile(join(git.root, '.gitmodules'))) ? await readSubmodules(git.root) : [];
  return {
    commit: git.commit,
    remote: git.remote,
    diff: kept ? path : null,
    untracked: await keepUntracked(git, options, notes),
    submodules,
    lockFiles,
  };
}

async function keepUntracked(
  git: GitFacts,
  options: SourceOptions,
  notes: string[],
): Promise<UntrackedFile[]> {
  const own = `${relative(git.root, options.dataFolder).split(sep).join('/')}/`;
  const paths = git.untracked.filter((path) => !path.startsWith(own));
  if (paths.length > MOST_UNTRACKED)
    notes.push(`only ${MOST_UNTRACKED} of ${paths.length} untracked files are listed`);
  const room = { kept: options.config.untrackedBytes, hashed: MOST_HASHED };
  const files: UntrackedFile[] = [];
  for (const path of paths.slice(0, MOST_UNTRACKED)) {
    const stats = await lstat(join(git.root, path)).catch(() => undefined);
    // Made by the command itself: a result, not its source.
    if (stats === undefined || stats.birthtimeMs > options.startedAt) continue;
    files.push(await keepOne(git.root, path, stats, options, room));
  }
  const left = files.filter((file) => !file.kept).length;
  if (left > 0) notes.push(`${left} untracked files are listed, and not kept`);
  return files;
}

async function keepOne(
  root: string,
  path: string,
  stats: Stats,
  { config, keeper, masker }: SourceOptions,
  room: { kept: number; hashed: number },
): Promise<UntrackedFile> {
  const full = join(root, path);
  const left = { path, digest: null, size: stats.size, kept: false };
  if (stats.isDirectory()) return { ...left, why: 'a repository of its own' };
  if (!stats.isFile()) return { ...left, why: 'not a plain file' };
  if (isSecretFile(path)) return { ...left, size: null, why: 'by its name it holds secrets' };
  const fits = stats.size <= config.untrackedFileBytes && stats.size <= room.kept;
  if (!fits || !isArtifactPath(path)) {
    const digest = stats.size <= room.hashed ? ((await digestFile(full))?.digest ?? null) : null;
    room.hashed -= stats.size;
    return { ...left, digest, why: fits ? 'its path is no artifact’s' : 'too large to be kept' };
  }
  const bytes = await readFile(full).catch(() => undefined);
  if (bytes && masker.finds(bytes)) return { ...left, why: 'it holds the value of a secret variable' };
  const content = bytes && (await keeper.keepBytes(bytes, `source/untracked/${path}`));
  if (content === undefined) return { ...left, why: 'it could not be read or copied' };
  room.kept -= stats.size;
  return { path, digest: content.digest, size: content.size, kept: true };
}

function isArtifactPath(path: string): boolean {
  return path.length <= 450 && !/[\\:\p{Cc}]/u.test(path);
}

/** From the working folder up to the repository's root: in a workspace the lock file lies at the root. */
async function keepLockFiles({ git, folder, keeper }: SourceOptions): Promise<LockFile[]> {
  const root = git?.root ?? folder;
  const found: LockFile[] = [];
  for (let current = folder; ; current = dirname(current)) {
    for (const name of (await readdir(current).catch(() => []))
      .filter((each) => LOCK_FILE.test(each))
      .sort()) {
      const path = relative(root, join(current, name)).split(sep).join('/');
      const content = await keeper.keepFile(join(current, name), `source/locks/${path}`);
      if (content !== undefined) found.push({ path, digest: content.digest });
    }
    if (current === root || dirname(current) === current || !current.startsWith(root)) return found;
  }
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
