import '@mantine/core/styles/default-css-variables.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/charts.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { listen } from './api/live.ts';
import { RequestError } from './api/request.ts';
import { colourSchemes } from './app/colour-scheme.ts';
import { router } from './app/router.tsx';
import { theme, variables } from './app/theme.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The server says when something has changed; until then an answer stays good.
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      // A refusal is an answer; only what got none is asked again.
      retry: (failures, error) => failures < 2 && error instanceof RequestError && error.status === 0,
    },
  },
});

listen(client);

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colourSchemes}
      cssVariablesResolver={variables}
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
