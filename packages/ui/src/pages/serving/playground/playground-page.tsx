import '../../../styles/serving.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { rowsOf } from '../../../api/list-pages.ts';
import { endpoints } from '../../../api/queries.ts';
import { EXACT } from '../../../app/exact-link.ts';
import { present } from '../../../app/search-fields.ts';
import {
  PLAYGROUND_TABS,
  type PlaygroundChange,
  type PlaygroundSearch,
} from '../../../app/serving-routes.ts';
import { PageFrame } from '../../../components/page-frame.tsx';
import { Loading } from '../../../components/query-view.tsx';
import { TabRow } from '../../../components/tab-row.tsx';
import { ServingNav } from '../serving-nav.tsx';

const LABELS = { record: 'A record', chat: 'A conversation' } as const;

const PANELS = {
  record: lazy(() => import('./record-tab.tsx').then(({ RecordTab }) => ({ default: RecordTab }))),
  chat: lazy(() => import('./chat-tab.tsx').then(({ ChatTab }) => ({ default: ChatTab }))),
};

/** What both parts of the playground are given. */
export interface PlaygroundProps {
  search: PlaygroundSearch;
  change: (search: PlaygroundChange) => void;
}

/** To try what serves: with a record, or in a conversation; one answer, or two beside each other. */
export function PlaygroundPage() {
  const search = useSearch({ from: '/playground' });
  const navigate = useNavigate({ from: '/playground' });
  const { data } = useInfiniteQuery(endpoints());
  // A project without endpoints can still talk to a model.
  const tab = search.tab ?? (data !== undefined && rowsOf(data).length === 0 ? 'chat' : 'record');
  const Panel = PANELS[tab];
  return (
    <PageFrame
      title="Playground"
      actions={<ServingNav />}
      answer={<p>Whatever is sent here is an ordinary request: it is answered, logged and counted.</p>}
    >
      <TabRow label="What is tried" current={tab}>
        {PLAYGROUND_TABS.map((each) => (
          <Link
            key={each}
            data-part={each}
            to="/playground"
            search={{ tab: each }}
            aria-current={each === tab ? 'page' : undefined}
            activeOptions={EXACT}
          >
            {LABELS[each]}
          </Link>
        ))}
      </TabRow>
      <Suspense fallback={<Loading rows={8} />}>
        <Panel
          search={search}
          change={(changed) =>
            void navigate({
              search: (before) => present<PlaygroundSearch>({ ...before, ...changed }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      </Suspense>
    </PageFrame>
  );
}
