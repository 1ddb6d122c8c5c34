import type { ColumnPeriod } from '../../api/answers.ts';
import { ChartFrame } from '../../components/chart-frame.tsx';
import { DistributionOverlay } from '../../components/distribution-overlay.tsx';
import { Section } from '../../components/section.tsx';
import { useWidth } from '../../components/use-width.ts';
import { count, pValue, share } from '../../format/figures.ts';

/** A column's reference and its present, large, with every place named. */
export function ColumnInFull({
  column: { column, kind, unit, drift, places },
  file,
}: {
  column: ColumnPeriod;
  file: string;
}) {
  const [box, width] = useWidth<HTMLDivElement>(900);
  return (
    <Section
      title={unit === null ? column : `${column}, in ${unit}`}
      says={
        drift === null
          ? 'Nothing to test it against.'
          : `Effect ${drift.effect.toFixed(3)} (PSI ${drift.psi.toFixed(3)}, Jensen-Shannon ${drift.jensenShannon.toFixed(3)}), n ${count(drift.n)}; missing ${share(drift.missing)}, reference ${share(drift.missingReference)}; q ${pValue(drift.q)}, p ${pValue(drift.p)}`
      }
    >
      <ChartFrame
        title="Share in each place"
        says={
          kind === 'number' ? 'Places are ranges of the reference with about as many rows each.' : undefined
        }
        file={file}
        data={{
          columns: ['place', 'reference', 'current'],
          rows: places.map((place) => [place.label, place.reference, place.current]),
        }}
      >
        <div ref={box} className="plot">
          <DistributionOverlay places={places} column={column} width={width} height={240} labelled />
        </div>
      </ChartFrame>
    </Section>
  );
}
