import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ArtifactEntry } from '../../../api/tracking-answers.ts';
import { artifacts } from '../../../api/tracking-queries.ts';
import { EXACT } from '../../../app/exact-link.ts';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { bytes } from '../../../format/figures.ts';
import { ArtifactPreview } from './artifact-preview.tsx';
import type { RunPanelProps } from './run-page.tsx';

/** What the run kept, as the tree it is; one file of it in full beside. */
export function ArtifactsPanel({ run: { id }, search: { path } }: RunPanelProps) {
  const query = useQuery(artifacts(id, ''));
  return (
    <QueryView query={query} rows={6}>
      {({ items }) =>
        items.length === 0 ? (
          <Section title="Artifacts">
            <p className="quiet">None were kept.</p>
          </Section>
        ) : (
          <div className="artifact-columns">
            <Section title="Artifacts">
              <Level run={id} folder="" items={items} chosen={path} />
            </Section>
            {path === undefined ? (
              <Section title="Preview">
                <p className="quiet">Choose a file to see it here.</p>
              </Section>
            ) : (
              <ArtifactPreview key={path} run={id} path={path} />
            )}
          </div>
        )
      }
    </QueryView>
  );
}

interface LevelProps {
  run: string;
  /** '' is the root. */
  folder: string;
  items: readonly ArtifactEntry[];
  chosen: string | undefined;
}

/** So many of a folder are shown at first. */
const FIRST = 200;

function Level({ run, folder, items, chosen }: LevelProps) {
  const [all, setAll] = useState(false);
  const sorted = items.toSorted(
    (a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name),
  );
  const shown = all ? sorted : sorted.slice(0, FIRST);
  return (
    <ul className="tree">
      {shown.map((entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        return (
          <li key={path}>
            {entry.isFolder ? (
              <Folder run={run} path={path} entry={entry} chosen={chosen} />
            ) : (
              <Link
                to="/tracking/runs/$run"
                params={{ run }}
                search={{ tab: 'artifacts', path }}
                className="tree-row"
                aria-current={path === chosen ? 'true' : undefined}
                activeOptions={EXACT}
                resetScroll={false}
              >
                <span className="tree-name">{entry.name}</span>
                <span className="quiet small unbroken">{bytes(entry.size)}</span>
              </Link>
            )}
          </li>
        );
      })}
      {shown.length < sorted.length ? (
        <li>
          <button type="button" className="text-button" onClick={() => setAll(true)}>
            show {sorted.length - shown.length} more
          </button>
        </li>
      ) : null}
    </ul>
  );
}

interface FolderProps {
  run: string;
  path: string;
  entry: ArtifactEntry;
  chosen: string | undefined;
}

/** Its contents are asked for when it is opened. */
function Folder({ run, path, entry, chosen }: FolderProps) {
  const [open, setOpen] = useState(chosen?.startsWith(`${path}/`) ?? false);
  const query = useQuery({ ...artifacts(run, path), enabled: open });
  return (
    <>
      <button type="button" className="tree-row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="tree-name">
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {entry.name}/
        </span>
        <span className="quiet small unbroken">{bytes(entry.size)}</span>
      </button>
      {open ? (
        <QueryView query={query} rows={2}>
          {({ items }) => <Level run={run} folder={path} items={items} chosen={chosen} />}
        </QueryView>
      ) : null}
    </>
  );
}
