import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { overview } from '../api/queries.ts';
import { Rail } from './rail.tsx';
import { TopBar } from './top-bar.tsx';

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })));

/** Rail, top bar, and the page between. */
export function Shell() {
  const { data } = useQuery(overview());
  const router = useRouter();
  const [railOpen, setRailOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  // A new page closes what lay above the old one.
  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', () => {
        setRailOpen(false);
        setPaletteOpen(false);
      }),
    [router],
  );
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setPaletteOpen(true);
    };
    addEventListener('keydown', open);
    return () => removeEventListener('keydown', open);
  }, []);
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <TopBar
        project={data?.project}
        railOpen={railOpen}
        toggleRail={() => setRailOpen(!railOpen)}
        openPalette={() => setPaletteOpen(true)}
      />
      <Rail project={data?.project} stages={data?.stages} alerts={data?.alerts} open={railOpen} />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      {paletteOpen ? (
        <Suspense>
          <Palette close={() => setPaletteOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
