import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ModelVersionAnswer } from '../../api/answers.ts';
import { modelVersion } from '../../api/queries.ts';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { ReliabilityPlot } from '../../components/reliability-plot.tsx';
import { Section } from '../../components/section.tsx';
import { VerdictBadge } from '../../components/verdict-badge.tsx';
import { VerdictEvidence } from '../../components/verdict-evidence.tsx';
import { FairnessTables } from '../evaluation/explanations/fairness-tables.tsx';
import { VersionExplanations } from '../evaluation/explanations/version-explanations.tsx';
import { BundleFiles } from './bundle-files.tsx';
import { EvaluationMetrics } from './evaluation-metrics.tsx';
import { EvaluationSlices } from './evaluation-slices.tsx';
import { Lineage } from './lineage.tsx';
import { ModelCard } from './model-card.tsx';

/** A model version with its evidence: verdicts, metrics, lineage, card, files. */
export function ModelVersionPage() {
  const { model, number } = useParams({ from: '/registry/$model/$number' });
  const query = useQuery(modelVersion(model, Number(number)));
  return (
    <PageFrame
      title={`${model}, version ${number}`}
      trail={[
        { label: 'Registry', to: '/registry' },
        { label: model, to: `/registry/${model}` },
      ]}
      answer={query.data ? <Answer version={query.data} /> : null}
    >
      <QueryView query={query} rows={12}>
        {(version) => (
          <div className="stack">
            <div className="columns">
              <Section title="Verdicts" says="On rows that neither side was trained on.">
                {version.verdicts.length === 0 ? <p className="quiet">No gate was asked.</p> : null}
                <div className="stack">
                  {version.verdicts.map((verdict) => (
                    <VerdictEvidence key={verdict.id} verdict={verdict} />
                  ))}
                </div>
              </Section>
              <Lineage steps={version.lineage} />
            </div>
            {version.evaluation === null ? null : (
              <Evaluation version={version} report={version.evaluation} />
            )}
            {version.bundle === null ? null : (
              <VersionExplanations model={version.model} version={version.number} bundle={version.bundle} />
            )}
            <div className="columns">
              <ModelCard card={version.card} />
              <BundleFiles version={version} />
            </div>
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
}

function Answer({ version: { outcome, aliases, answer } }: { version: ModelVersionAnswer }) {
  return (
    <>
      <p>{answer}</p>
      <p className="row">
        {outcome === null ? null : <VerdictBadge outcome={outcome} />}
        {aliases.map((alias) => (
          <span key={alias} className="tag" data-strong="true">
            {alias}
          </span>
        ))}
      </p>
    </>
  );
}

interface EvaluationProps {
  version: ModelVersionAnswer;
  report: NonNullable<ModelVersionAnswer['evaluation']>;
}

function Evaluation({ version, report }: EvaluationProps) {
  const name = `${version.model}-${version.number}`;
  return (
    <>
      <div className="columns">
        <EvaluationMetrics report={report} />
        {report.calibration.of === 'value' ? null : (
          <Section title="Reliability" says="Of those given a probability, how many were so.">
            <ReliabilityPlot
              title="Reliability"
              file={`${name}-reliability`}
              bins={report.calibration.equalMass}
            />
          </Section>
        )}
      </div>
      <EvaluationSlices report={report} file={`${name}-slices`} />
      {report.fairness === undefined ? null : (
        <FairnessTables report={report.fairness} file={`${name}-fairness`} />
      )}
    </>
  );
}
