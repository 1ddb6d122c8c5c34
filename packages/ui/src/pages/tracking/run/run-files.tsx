import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FileFact } from '../../../api/tracking-answers.ts';
import { files } from '../../../api/tracking-queries.ts';
import { Digest } from '../../../components/copy-text.tsx';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { FindBox } from '../../../components/find-box.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { bytes } from '../../../format/figures.ts';

const COLUMNS: readonly Column<FileFact>[] = [
  {
    id: 'path',
    header: 'File',
    heads: true,
    value: ({ path }) => path,
    show: ({ path }) => <code className="broken">{path}</code>,
  },
  {
    id: 'access',
    header: 'Access',
    value: ({ access }) => access,
    show: ({ access }) => (access === 'read' ? 'read' : 'written'),
  },
  {
    id: 'size',
    header: 'Size',
    number: true,
    value: ({ size }) => size,
    show: ({ size }) => (size === null ? <span className="quiet">—</span> : bytes(size)),
  },
  {
    id: 'digest',
    header: 'Digest',
    show: ({ digest, path, note }) =>
      digest === null ? (
        <span className="quiet">{note ?? 'not taken'}</span>
      ) : (
        <Digest digest={digest} label={`digest of ${path}`} />
      ),
  },
  {
    id: 'kept',
    header: 'Bytes kept',
    value: ({ kept }) => Number(kept),
    show: ({ kept }) => (kept ? 'yes' : <span className="quiet">no</span>),
  },
];

/** Files that the program read and wrote. */
export function RunFiles({ run }: { run: string }) {
  const query = useQuery(files(run));
  const [words, setWords] = useState('');
  return (
    <QueryView query={query}>
      {({ items }) => {
        const found = items.filter(({ path }) => path.toLowerCase().includes(words.toLowerCase()));
        const written = items.filter(({ access }) => access === 'write').length;
        return (
          <Section
            title="Files"
            says={`${items.length - written} read, ${written} written.`}
            actions={
              items.length === 0 ? null : (
                <FindBox label="Find a file" placeholder="Find a file" words={words} find={setWords} />
              )
            }
          >
            {items.length === 0 ? (
              <p className="quiet">None are on record.</p>
            ) : (
              <DataTable
                label="Files"
                rows={found}
                columns={COLUMNS}
                rowKey={({ path, access }) => `${access} ${path}`}
              />
            )}
          </Section>
        );
      }}
    </QueryView>
  );
}
