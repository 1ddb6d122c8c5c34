import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { CaptureStart } from '../../tracking/index.ts';
import { queryGpus } from './sample-processes.ts';

type Machine = Pick<CaptureStart, 'hardware' | 'container' | 'os' | 'locale' | 'timezone' | 'umask'>;

/** What a command runs on. */
export async function describeMachine(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Machine> {
  const [gpus, container] = await Promise.all([
    queryGpus(['name', 'memory.total', 'driver_version']),
    findContainer(environment),
  ]);
  return {
    hardware: {
      cpu: cpus()[0]?.model ?? arch(),
      cores: availableParallelism(),
      memory: totalmem(),
      gpu: gpus.map(([name, mebibytes, driver]) => ({
        name,
        memory: Number.isFinite(Number(mebibytes)) ? Number(mebibytes) * 1024 ** 2 : null,
        driver,
      })),
    },
    container,
    os: `${type()} ${release()} ${arch()}`,
    locale: environment.LC_ALL || environment.LC_CTYPE || environment.LANG || null,
    timezone: environment.TZ || Intl.DateTimeFormat().resolvedOptions().timeZone,
    umask: process.umask().toString(8).padStart(4, '0'),
  };
}

async function findContainer(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CaptureStart['container']> {
  if (environment.KUBERNETES_SERVICE_HOST) return { kind: 'kubernetes', id: environment.HOSTNAME ?? null };
  const groups = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  const id = /[0-9a-f]{64}/.exec(groups)?.[0] ?? null;
  if (existsSync('/.dockerenv')) return { kind: 'docker', id };
  if (existsSync('/run/.containerenv')) return { kind: 'podman', id };
  return id === null ? null : { kind: 'container', id };
}
