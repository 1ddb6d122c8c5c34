import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from './root-route.ts';
import { oneOf, present, text } from './search-fields.ts';

export const ENDPOINT_TABS = [
  'live',
  'traffic',
  'rollouts',
  'drift',
  'performance',
  'alerts',
  'try',
] as const;
/** So far back live figures go. */
export const LIVE_SPANS = ['5m', '15m', '60m'] as const;
export type LiveSpan = (typeof LIVE_SPANS)[number];

/** What an endpoint's page shows: which part, which stretch of time, which column in full. */
export interface EndpointSearch {
  tab?: (typeof ENDPOINT_TABS)[number];
  range?: '24h' | '7d' | '28d' | '90d' | 'all';
  /** Of what happens now. */
  span?: LiveSpan;
  column?: string;
  /** The two arms that answer the same record. */
  arm?: string;
  with?: string;
}

export const PLAYGROUND_TABS = ['record', 'chat'] as const;

/** What is tried: records at an endpoint, or a conversation with a model. */
export interface PlaygroundSearch {
  tab?: (typeof PLAYGROUND_TABS)[number];
  endpoint?: string;
  arm?: string;
  with?: string;
  /** Who answers the conversation, and who beside it. */
  model?: string;
  beside?: string;
  /** A registered prompt, such as `greeting/3`. */
  prompt?: string;
}

/** What of it is to change; undefined takes it out. */
export type PlaygroundChange = { [Key in keyof PlaygroundSearch]: PlaygroundSearch[Key] | undefined };

export const USAGE_KEYS = ['model', 'route', 'user', 'provider'] as const;
export type UsageKey = (typeof USAGE_KEYS)[number];
export const USAGE_RANGES = ['24h', '7d', '28d', '90d'] as const;
export type UsageRange = (typeof USAGE_RANGES)[number];

/** By what, and since when, the gateway's calls are counted. */
export interface GatewaySearch {
  by?: UsageKey;
  range?: UsageRange;
}

const serving = createRoute({
  getParentRoute: () => root,
  path: '/serving',
  component: lazyRouteComponent(() => import('../pages/serving/endpoints-page.tsx'), 'EndpointsPage'),
});

const endpoint = createRoute({
  getParentRoute: () => root,
  path: '/serving/$endpoint',
  validateSearch: (search): EndpointSearch =>
    present<EndpointSearch>({
      tab: oneOf(ENDPOINT_TABS, search.tab),
      range: oneOf(['24h', '7d', '28d', '90d', 'all'], search.range),
      span: oneOf(LIVE_SPANS, search.span),
      column: text(search.column),
      arm: text(search.arm),
      with: text(search.with),
    }),
  component: lazyRouteComponent(() => import('../pages/serving/endpoint-page.tsx'), 'EndpointPage'),
});

const rollout = createRoute({
  getParentRoute: () => root,
  path: '/rollouts/$rollout',
  component: lazyRouteComponent(() => import('../pages/serving/rollouts/rollout-page.tsx'), 'RolloutPage'),
});

const playground = createRoute({
  getParentRoute: () => root,
  path: '/playground',
  validateSearch: (search): PlaygroundSearch =>
    present<PlaygroundSearch>({
      tab: oneOf(PLAYGROUND_TABS, search.tab),
      endpoint: text(search.endpoint),
      arm: text(search.arm),
      with: text(search.with),
      model: text(search.model),
      beside: text(search.beside),
      prompt: text(search.prompt),
    }),
  component: lazyRouteComponent(
    () => import('../pages/serving/playground/playground-page.tsx'),
    'PlaygroundPage',
  ),
});

const gateway = createRoute({
  getParentRoute: () => root,
  path: '/gateway',
  validateSearch: (search): GatewaySearch =>
    present<GatewaySearch>({
      by: oneOf(USAGE_KEYS, search.by),
      range: oneOf(USAGE_RANGES, search.range),
    }),
  component: lazyRouteComponent(() => import('../pages/serving/gateway/gateway-page.tsx'), 'GatewayPage'),
});

export const SERVING_ROUTES = [serving, endpoint, rollout, playground, gateway] as const;
