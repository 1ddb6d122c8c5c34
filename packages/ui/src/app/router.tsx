import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { EVALUATION_ROUTES } from './evaluation-routes.ts';
import { PageCrash, PageNotFound } from './page-problems.tsx';
import { root } from './root-route.ts';
import { oneOf, place, present, text } from './search-fields.ts';
import { SERVING_ROUTES } from './serving-routes.ts';
import { TRACKING_ROUTES } from './tracking-routes.ts';

/** Which alerts are listed; open and acknowledged ones where nothing is said. */
export interface AlertsSearch {
  state?: 'open' | 'acknowledged' | 'resolved';
  tier?: 'page' | 'ticket' | 'digest';
  endpoint?: string;
}

/** Which version a dataset version is compared with. */
export interface DatasetSearch {
  from?: number;
}

/** Which row of its explanations is shown in full, and the effect of which field. */
export interface ModelVersionSearch {
  row?: number;
  field?: string;
}

const project = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/project/project-page.tsx'), 'ProjectPage'),
});

const data = createRoute({
  getParentRoute: () => root,
  path: '/data',
  component: lazyRouteComponent(() => import('../pages/data/datasets-page.tsx'), 'DatasetsPage'),
});
const dataset = createRoute({
  getParentRoute: () => root,
  path: '/data/$dataset',
  component: lazyRouteComponent(() => import('../pages/data/dataset-page.tsx'), 'DatasetPage'),
});
const datasetVersion = createRoute({
  getParentRoute: () => root,
  path: '/data/$dataset/$number',
  validateSearch: (search): DatasetSearch =>
    present<DatasetSearch>({ from: Number.isInteger(search.from) ? (search.from as number) : undefined }),
  component: lazyRouteComponent(() => import('../pages/data/dataset-version-page.tsx'), 'DatasetVersionPage'),
});

const training = createRoute({
  getParentRoute: () => root,
  path: '/training',
  component: lazyRouteComponent(() => import('../pages/training/training-page.tsx'), 'TrainingPage'),
});

const registry = createRoute({
  getParentRoute: () => root,
  path: '/registry',
  component: lazyRouteComponent(() => import('../pages/registry/models-page.tsx'), 'ModelsPage'),
});
const model = createRoute({
  getParentRoute: () => root,
  path: '/registry/$model',
  component: lazyRouteComponent(() => import('../pages/registry/model-page.tsx'), 'ModelPage'),
});
const modelVersion = createRoute({
  getParentRoute: () => root,
  path: '/registry/$model/$number',
  validateSearch: (search): ModelVersionSearch =>
    present<ModelVersionSearch>({ row: place(search.row), field: text(search.field) }),
  component: lazyRouteComponent(() => import('../pages/registry/model-version-page.tsx'), 'ModelVersionPage'),
});

const monitoring = createRoute({
  getParentRoute: () => root,
  path: '/monitoring',
  validateSearch: (search): AlertsSearch =>
    present<AlertsSearch>({
      state: oneOf(['open', 'acknowledged', 'resolved'], search.state),
      tier: oneOf(['page', 'ticket', 'digest'], search.tier),
      endpoint: text(search.endpoint),
    }),
  component: lazyRouteComponent(() => import('../pages/monitoring/alerts-page.tsx'), 'AlertsPage'),
});
const alert = createRoute({
  getParentRoute: () => root,
  path: '/monitoring/$alert',
  component: lazyRouteComponent(() => import('../pages/monitoring/alert-page.tsx'), 'AlertPage'),
});

const feedback = createRoute({
  getParentRoute: () => root,
  path: '/feedback',
  component: lazyRouteComponent(() => import('../pages/feedback/improvements-page.tsx'), 'ImprovementsPage'),
});
const improvement = createRoute({
  getParentRoute: () => root,
  path: '/feedback/$improvement',
  component: lazyRouteComponent(() => import('../pages/feedback/improvement-page.tsx'), 'ImprovementPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    project,
    data,
    dataset,
    datasetVersion,
    ...TRACKING_ROUTES,
    training,
    ...EVALUATION_ROUTES,
    registry,
    model,
    modelVersion,
    ...SERVING_ROUTES,
    monitoring,
    alert,
    feedback,
    improvement,
  ]),
  defaultNotFoundComponent: PageNotFound,
  defaultErrorComponent: PageCrash,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
