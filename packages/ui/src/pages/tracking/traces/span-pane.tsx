import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { span } from '../../../api/trace-queries.ts';
import type { SpanAnswer } from '../../../api/tracking-answers.ts';
import { EXACT } from '../../../app/exact-link.ts';
import type { TraceSearch } from '../../../app/tracking-routes.ts';
import { asText } from '../../../components/chat-messages.ts';
import { Digest } from '../../../components/copy-text.tsx';
import { Fact } from '../../../components/fact.tsx';
import { PairList } from '../../../components/pair-list.tsx';
import { Payload } from '../../../components/payload.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { TabRow } from '../../../components/tab-row.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { costText, count, duration, plural } from '../../../format/figures.ts';
import { tokensText } from './trace-figures.ts';
import { SPAN_CONDITIONS } from './trace-state.ts';

interface Props {
  trace: string;
  span: string;
  part: TraceSearch['part'];
}

const PARTS = [
  { part: 'messages', label: 'In and out' },
  { part: 'attributes', label: 'Attributes' },
  { part: 'events', label: 'Events' },
] as const;

/** One span in full. */
export function SpanPane({ trace, span: id, part = 'messages' }: Props) {
  const query = useQuery(span(trace, id));
  return (
    <Section title={query.data?.name ?? 'Span'} actions={query.data ? <Status span={query.data} /> : null}>
      <QueryView query={query} rows={8}>
        {(data) => (
          <div className="stack-tight">
            <Facts span={data} />
            <TabRow label="Parts of the span" current={part}>
              {PARTS.map(({ part: to, label }) => (
                <Link
                  key={to}
                  data-part={to}
                  to="/tracking/traces/$trace"
                  params={{ trace }}
                  search={{ span: id, ...(to === 'messages' ? {} : { part: to }) }}
                  aria-current={to === part ? 'page' : undefined}
                  activeOptions={EXACT}
                  resetScroll={false}
                  replace
                >
                  {label}
                  {to === 'events' && data.events.length > 0 ? ` (${data.events.length})` : ''}
                </Link>
              ))}
            </TabRow>
            <Part span={data} part={part} />
          </div>
        )}
      </QueryView>
    </Section>
  );
}

function Status({ span: { status } }: { span: SpanAnswer }) {
  return (
    <ConditionBadge condition={SPAN_CONDITIONS[status]}>
      {status === 'unset' ? 'no status' : status}
    </ConditionBadge>
  );
}

function Facts({ span: one }: { span: SpanAnswer }) {
  return (
    <>
      {one.statusMessage ? <p className="failure">{one.statusMessage}</p> : null}
      <dl className="facts">
        <Fact name="Took">{duration(one.durationUs / 1_000)}</Fact>
        <Fact name="Kind">{one.operation || one.kind}</Fact>
        {one.model === null ? null : (
          <Fact name="Model">
            {one.model} <span className="quiet">{one.provider ?? ''}</span>
          </Fact>
        )}
        {one.tool === null ? null : <Fact name="Tool">{one.tool}</Fact>}
        {tokensText(one) === '—' ? null : (
          <Fact name="Tokens">
            {tokensText(one)}
            {one.cachedTokens === null ? '' : `, ${count(one.cachedTokens)} from a cache`}
          </Fact>
        )}
        {one.cost === null ? null : (
          <Fact name="Cost">
            {costText(one.cost)}{' '}
            <span className="quiet">{one.costPrices === null ? '' : `by prices ${one.costPrices}`}</span>
          </Fact>
        )}
        {one.service === null ? null : <Fact name="Service">{one.service}</Fact>}
        <Fact name="Span">
          <Digest digest={one.id} label="id of the span" />
        </Fact>
      </dl>
      {one.redactions > 0 || one.truncated ? (
        <p className="quiet small">
          {one.redactions > 0 ? `${plural(one.redactions, 'place')} redacted before it was written. ` : ''}
          {one.truncated ? 'Cut to the size that is kept.' : ''}
        </p>
      ) : null}
    </>
  );
}

function Part({ span: one, part }: { span: SpanAnswer; part: NonNullable<TraceSearch['part']> }) {
  if (part === 'attributes') {
    const pairs = Object.fromEntries(
      Object.entries(one.attributes).map(([key, value]) => [key, asText(value)]),
    );
    return <PairList label="Attributes" pairs={pairs} empty="None." />;
  }
  if (part === 'events') return <Events span={one} />;
  return (
    <>
      <Payload title="In" value={one.input} />
      <Payload title="Out" value={one.output} />
      {one.input === null && one.output === null ? <p className="quiet">Nothing of it was kept.</p> : null}
    </>
  );
}

function Events({ span: { events, startedUs } }: { span: SpanAnswer }) {
  if (events.length === 0) return <p className="quiet">None.</p>;
  return (
    <ul className="item-list">
      {events.map(({ name, timeUs, attributes }) => (
        <li key={`${timeUs} ${name} ${JSON.stringify(attributes)}`}>
          <span className="row">
            <strong>{name}</strong>
            <span className="quiet small">after {duration((timeUs - startedUs) / 1_000)}</span>
          </span>
          {Object.entries(attributes).map(([key, value]) => (
            <div key={key}>
              <span className="quiet small">{key}</span>
              <pre className="payload">{asText(value)}</pre>
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}
