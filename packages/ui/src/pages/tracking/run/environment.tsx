import { useState } from 'react';
import type { CaptureStart } from '../../../api/tracking-answers.ts';
import { Fact } from '../../../components/fact.tsx';
import { FindBox } from '../../../components/find-box.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { PairList } from '../../../components/pair-list.tsx';
import { Section } from '../../../components/section.tsx';
import { bytes, plural } from '../../../format/figures.ts';

/** What the program ran on: interpreter, machine, settings, packages, variables. */
export function Environment({ start }: { start: CaptureStart }) {
  return (
    <>
      <div className="columns">
        <Machine start={start} />
        <Section title="Variables" says="Those on the allow-list, none that looks secret.">
          <PairList
            label="Variables"
            pairs={{ ...start.environment, ...start.threads }}
            empty="None were recorded."
          />
        </Section>
      </div>
      {start.packages.length === 0 ? null : <Packages packages={start.packages} />}
    </>
  );
}

function Machine({ start }: { start: CaptureStart }) {
  const { interpreter, hardware, container } = start;
  return (
    <Section title="Environment">
      <dl className="facts">
        {interpreter === null ? null : (
          <Fact name="Interpreter">
            {interpreter.name} {interpreter.version ?? 'of unknown version'} <code>{interpreter.path}</code>
            {interpreter.flags.length === 0 ? null : <code> {interpreter.flags.join(' ')}</code>}
          </Fact>
        )}
        <Fact name="System">{start.os}</Fact>
        <Fact name="Processor">
          {hardware.cpu}, {plural(hardware.cores, 'core')}
        </Fact>
        <Fact name="Memory">{bytes(hardware.memory)}</Fact>
        {hardware.gpu.length === 0 ? null : (
          <Fact name="Graphics">{hardware.gpu.map(graphicsText).join('; ')}</Fact>
        )}
        {container === null ? null : (
          <Fact name="Container">
            {container.kind} {container.id ?? ''}
          </Fact>
        )}
        <Fact name="Seed">{start.seed ?? <span className="quiet">not set</span>}</Fact>
        <Fact name="Locale">
          {start.locale ?? 'none'}, {start.timezone}
        </Fact>
        <Fact name="File mask">{start.umask}</Fact>
        <Fact name="Airworthy">{start.airworthy}</Fact>
      </dl>
    </Section>
  );
}

function graphicsText({ name, memory, driver }: CaptureStart['hardware']['gpu'][number]): string {
  return `${name}${memory === null ? '' : `, ${bytes(memory)}`}, driver ${driver}`;
}

/** So many are shown at first. */
const FIRST = 120;

function Packages({ packages }: { packages: CaptureStart['packages'] }) {
  const [words, setWords] = useState('');
  const [all, setAll] = useState(false);
  const found = packages.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase()));
  const shown = all ? found : found.slice(0, FIRST);
  return (
    <Section
      title="Packages"
      says={`${plural(packages.length, 'package')} that the program could use.`}
      actions={<FindBox label="Find a package" placeholder="Find a package" words={words} find={setWords} />}
    >
      <ul className="package-grid">
        {shown.map(({ name, version }) => (
          <li key={`${name} ${version}`}>
            <span>{name}</span>
            <code className="quiet">{version}</code>
          </li>
        ))}
      </ul>
      <MoreButton more={shown.length < found.length ? () => setAll(true) : undefined}>
        Show all {found.length}
      </MoreButton>
    </Section>
  );
}
