/**
 * Three entries, one build: the dashboard (index.html, React), and the Check page (check.html) and the Room page
 * (room.html) without a framework.
 * The service serves `dist/dashboard`; `npm run dev:web` proxies its API and sockets.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = dirname(fileURLToPath(import.meta.url));
const service = '127.0.0.1:7478';
const entries = ['index.html', 'check.html', 'room.html'].map((name) => join(root, name));

/** The service answers `/check` with the Check page and `/room/…` with the Room page; so does the development server. */
const pageRoutes: Plugin = {
  name: 'polynya-page-routes',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const path = request.url?.split('?')[0] ?? '';
      if (path === '/check') request.url = '/check.html';
      if (/^\/room(\/[^/]*)?$/.test(path)) request.url = '/room.html';
      next();
    });
  },
};

export default defineConfig({
  root,
  plugins: [react(), pageRoutes],
  build: {
    outDir: join(root, '../dist/dashboard'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: entries,
      output: {
        // Libraries change less often than the pages, so browsers keep them between releases.
        codeSplitting: {
          groups: [
            { name: 'charts', test: /node_modules[\\/](chart\.js|react-chartjs-2|@kurkle)[\\/]/ },
            { name: 'mantine', test: /node_modules[\\/]@mantine[\\/]/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: `http://${service}` },
      '/ws': { target: `ws://${service}`, ws: true },
    },
  },
});
