import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `npm run dev -w packages/ui` shows the pages of a server that `airworthy up` started. */
const SERVER = process.env.AIRWORTHY_SERVER ?? 'http://127.0.0.1:4400';

/** The server takes changes from its own pages only; these are, but for where they come from. */
const PROXY = { target: SERVER, changeOrigin: true, headers: { origin: SERVER } };

export default defineConfig({
  root: here('.'),
  plugins: [react()],
  build: {
    outDir: here('../airworthy/dist-ui'),
    emptyOutDir: true,
    manifest: true,
    // Data addresses would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: { '/api': PROXY, '/predict': PROXY } },
});
