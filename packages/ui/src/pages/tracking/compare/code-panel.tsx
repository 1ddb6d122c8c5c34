import { useQueries } from '@tanstack/react-query';
import { artifactAddress } from '../../../api/tracking-queries.ts';
import { CopyText, Digest } from '../../../components/copy-text.tsx';
import { LabelledSelect } from '../../../components/labelled-select.tsx';
import { Loading } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { SideBySide } from '../../../components/side-by-side.tsx';
import type { ComparePanelProps } from './compare-page.tsx';
import type { ComparedRun } from './compared-run.ts';
import { AllToggle, DifferenceTable, RunNames } from './difference-table.tsx';

/** Where a captured run keeps what was not committed. */
const PATCH = 'source/diff.patch';
const DIGESTS = new Set(['commit', 'patch', 'changes']);

/** Commits and commands of all, and the uncommitted changes of two side by side. */
export function CodePanel({ comparison, runs, search, change }: ComparePanelProps) {
  const all = search.all === true;
  const left = runs.find(({ id }) => id === search.a) ?? runs[0];
  const right = runs.find(({ id }) => id === search.b) ?? runs.find((run) => run !== left);
  const names = runs.map(({ id, name }) => ({ value: id, text: name }));
  const fact = (key: string, run: string) => comparison.source.find((row) => row.key === key)?.values[run];
  return (
    <div className="stack">
      <Section title="Source" actions={<AllToggle all={all} change={change} />}>
        <RunNames runs={runs} />
        <DifferenceTable
          label="Source"
          header="Fact"
          rows={comparison.source}
          runs={runs}
          show={({ key, values }, run) =>
            DIGESTS.has(key) ? <Digest digest={values[run]} label={key} /> : values[run]
          }
          all={all}
        />
      </Section>
      {left === undefined || right === undefined ? null : (
        <Section
          title="Changes that were not committed"
          actions={
            <div className="row">
              <LabelledSelect label="left" options={names} value={left.id} choose={(a) => change({ a })} />
              <LabelledSelect label="right" options={names} value={right.id} choose={(b) => change({ b })} />
            </div>
          }
        >
          <Between left={fact('commit', left.id)} right={fact('commit', right.id)} />
          <Patches
            key={`${left.id} ${right.id}`}
            left={left}
            right={right}
            patches={[fact('patch', left.id), fact('patch', right.id)]}
          />
        </Section>
      )}
    </div>
  );
}

/** What was committed between is git's to show. */
function Between({ left, right }: { left: string | undefined; right: string | undefined }) {
  if (left === undefined || right === undefined) return <p className="quiet">Not both have a commit.</p>;
  if (left === right) return <p>Both from the same commit.</p>;
  return (
    <p>
      Between their commits:{' '}
      <CopyText
        text={`git diff ${left} ${right}`}
        shown={`git diff ${left.slice(0, 12)} ${right.slice(0, 12)}`}
        label="command"
      />
    </p>
  );
}

interface PatchesProps {
  left: ComparedRun;
  right: ComparedRun;
  /** Digests; undefined where a run has no changes. */
  patches: readonly [string | undefined, string | undefined];
}

function Patches({ left, right, patches }: PatchesProps) {
  const queries = useQueries({
    queries: [left, right].map(({ id }, index) => ({
      queryKey: ['patch', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchText(artifactAddress(id, PATCH), signal),
      enabled: patches[index] !== undefined,
    })),
  });
  if (patches[0] === undefined && patches[1] === undefined)
    return <p className="quiet">Neither has any on record.</p>;
  if (patches[0] === patches[1]) return <p>Both have the same.</p>;
  if (queries.some(({ isLoading }) => isLoading)) return <Loading rows={6} />;
  const failed = queries.find(({ error }) => error !== null)?.error;
  if (failed) return <p className="failure">{failed.message}</p>;
  return (
    <SideBySide
      left={{ name: left.name, text: queries[0].data ?? '' }}
      right={{ name: right.name, text: queries[1].data ?? '' }}
    />
  );
}

async function fetchText(address: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`The server answered ${response.status} for the changes.`);
  // Ids of contents follow from the lines, and say nothing beside them.
  return (await response.text()).replace(/^index .*\n/gm, '');
}
