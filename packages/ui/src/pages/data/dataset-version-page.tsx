import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { DatasetVersionAnswer } from '../../api/answers.ts';
import { datasetVersion } from '../../api/queries.ts';
import { Digest } from '../../components/copy-text.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { count, plural } from '../../format/figures.ts';
import { ColumnProfiles } from './column-profiles.tsx';
import { FindingList } from './finding-list.tsx';
import { VersionDiff } from './version-diff.tsx';
import { VersionLineage } from './version-lineage.tsx';

/** A dataset version: profile, findings, splits, where it came from, what was made of it, and a comparison. */
export function DatasetVersionPage() {
  const { dataset, number } = useParams({ from: '/data/$dataset/$number' });
  const { from } = useSearch({ from: '/data/$dataset/$number' });
  const query = useQuery(datasetVersion(dataset, Number(number)));
  return (
    <PageFrame
      title={`${dataset}, version ${number}`}
      trail={[
        { label: 'Data', to: '/data' },
        { label: dataset, to: `/data/${dataset}` },
      ]}
      answer={query.data ? <Answer version={query.data} /> : null}
    >
      <QueryView query={query} rows={12}>
        {(version) => (
          <div className="stack">
            <ColumnProfiles version={version} />
            <div className="columns">
              <FindingList findings={version.findings} />
              <Splits version={version} />
            </div>
            <VersionDiff dataset={dataset} number={version.number} from={from} />
            <VersionLineage version={version} />
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
}

function Answer({ version }: { version: DatasetVersionAnswer }) {
  const { source, schema, findings } = version;
  const left = source.filters.reduce((sum, filter) => sum + filter.excluded, 0);
  const bad = findings.filter((finding) => finding.severity === 'error').length;
  return (
    <p>
      {plural(version.rows, 'row')} of {plural(schema.fields.length, 'column')}
      {schema.target ? `, target “${schema.target.name}”` : ', without a target'}
      {source.filters.length === 0
        ? ''
        : `; ${count(left)} of ${count(source.rowsRead)} rows read were left out by ${plural(source.filters.length, 'filter')}`}
      ;{' '}
      {findings.length === 0
        ? 'no finding'
        : `${plural(findings.length, 'finding')}, ${bad === 0 ? 'none an error' : plural(bad, 'error')}`}
      . Added <Moment at={version.createdAt} />.
      {version.erased && (
        <>
          {' '}
          <strong>Its content was erased</strong> <Moment at={version.erased.at} />: it held{' '}
          {plural(version.erased.rows, 'row')} of a person who was forgotten.{' '}
          {version.erased.successor === null ? (
            'None of its rows is left.'
          ) : (
            <>
              The others are in <Digest digest={version.erased.successor} label="digest of the version" />.
            </>
          )}
        </>
      )}
    </p>
  );
}

function Splits({ version }: { version: DatasetVersionAnswer }) {
  return (
    <Section title="Splits" says="Which rows train, and which are held back to judge.">
      {version.splits.length === 0 ? (
        <p className="quiet">Not split yet.</p>
      ) : (
        <ul className="item-list">
          {version.splits.map((split) => (
            <li key={split.digest}>
              <span>
                <strong>by {split.spec.by}</strong>: {count(split.roles.train)} train,{' '}
                {count(split.roles.test)} test
                {split.groups === undefined
                  ? ''
                  : ` (${count(split.groups.test)} of ${count(split.groups.train + split.groups.test)} kept apart)`}
                {split.excluded === 0 ? '' : `, ${count(split.excluded)} without a target`}
              </span>
              <span className="quiet small">
                <Digest digest={split.digest} label="digest of the split" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
