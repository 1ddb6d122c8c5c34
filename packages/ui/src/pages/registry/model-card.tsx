import type { ModelVersionAnswer } from '../../api/answers.ts';
import { Section } from '../../components/section.tsx';

type Card = NonNullable<ModelVersionAnswer['card']>;

/** What people said about the model; what nobody said is marked, not hidden. */
export function ModelCard({ card }: { card: ModelVersionAnswer['card'] }) {
  return (
    <Section title="Model card">
      {card === null ? <p className="quiet">The bundle holds none.</p> : <CardFacts card={card} />}
    </Section>
  );
}

function CardFacts({ card }: { card: Card }) {
  const { model_details: details, model_parameters: parameters, considerations } = card;
  const facts: [string, readonly string[]][] = [
    ['Overview', [details.overview]],
    ['Intended use', lines(considerations.use_cases)],
    ['Users', lines(considerations.users)],
    ['Limitations', lines(considerations.limitations)],
    ['Trade-offs', lines(considerations.tradeoffs)],
    [
      'Risks',
      considerations.ethical_considerations.map(({ name, mitigation_strategy: what }) =>
        what === NOT_FILLED_IN ? name : `${name}: ${what}`,
      ),
    ],
    [
      'Owners',
      details.owners.map(({ name, contact }) => (contact === undefined ? name : `${name}, ${contact}`)),
    ],
    ['License', details.licenses.map(({ identifier }) => identifier)],
    ['Architecture', [parameters.model_architecture]],
    ['Data', parameters.data.map(({ name, description }) => `${name}: ${description}`)],
    ['Takes', parameters.input_format_map.map(({ key, value }) => `${key}: ${value}`)],
    ['Gives', [parameters.output_format]],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, texts]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>
            {texts.map((text) => (
              <p key={text}>{text === NOT_FILLED_IN ? <span className="quiet">not filled in</span> : text}</p>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What a card says where nobody said anything. */
const NOT_FILLED_IN = 'not filled in';

const lines = (items: readonly { description: string }[]) => items.map(({ description }) => description);
