/**
 * Five entries, one build: the dashboard (index.html, React), the Check page (check.html), the Room page (room.html)
 * and the Status page (status.html), all three without a framework, and the module by which other sites embed the check
 * (embed.js).
 * The service serves `dist/dashboard`; `npm run dev:web` proxies its API and sockets.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, minifySync, type Plugin } from 'vite';
import { parse } from 'yaml';

const root = dirname(fileURLToPath(import.meta.url));
const service = '127.0.0.1:7478';
const entries = {
  index: join(root, 'index.html'),
  check: join(root, 'check.html'),
  room: join(root, 'room.html'),
  status: join(root, 'status.html'),
  embed: join(root, 'check/embed/embed.ts'),
};

/** The service answers these paths with a page of their own; the development server has to do the same. */
const pageRoutes: Plugin = {
  name: 'polynya-page-routes',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const path = request.url?.split('?')[0] ?? '';
      if (/^\/(?:check|t\/[^/]+)$/.test(path)) request.url = '/check.html';
      if (/^\/room(?:\/[^/]+)?$/.test(path)) request.url = '/room.html';
      if (path === '/status') request.url = '/status.html';
      next();
    });
  },
};

/** What pages share: the sentence where one did not load completely (public/page-load.js), and icons. */
const pageParts: Plugin = {
  name: 'polynya-page-parts',
  transformIndexHtml: {
    order: 'pre',
    handler(html, { filename }) {
      if (!html.includes('<!-- unloaded -->')) throw new Error(`${filename} has no <!-- unloaded -->`);
      return html.replace(/<!-- (unloaded|icons) -->/g, (_place, name) => partOf(name));
    },
  },
};

function partOf(name: string): string {
  const part = readFileSync(join(root, `parts/${name}.html`), 'utf8');
  return part.replace(/<!--.*?-->\s*/g, '').trim();
}

/** A classic script, which is copied as it is: with its comments it would be a fiftieth of the Check page. */
const smallPageLoad: Plugin = {
  name: 'polynya-small-page-load',
  apply: 'build',
  writeBundle({ dir = '' }) {
    const file = join(dir, 'page-load.js');
    const { code, errors } = minifySync('page-load.js', readFileSync(file, 'utf8'));
    if (errors.length > 0) throw new Error(`page-load.js: ${errors[0]?.message}`);
    writeFileSync(file, code);
  },
};

/** Populations are written for people; pages take them as they are read. */
const populations: Plugin = {
  name: 'polynya-populations',
  transform(code, id) {
    if (!/\/simulate\/presets\/[^/]+\.yaml$/.test(id)) return null;
    return { code: `export default ${JSON.stringify(parse(code))};`, map: null, moduleType: 'js' };
  },
};

export default defineConfig({
  root,
  plugins: [react(), pageRoutes, pageParts, populations, smallPageLoad],
  build: {
    outDir: join(root, '../dist/dashboard'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: entries,
      // Whoever embeds the check imports from its entry.
      preserveEntrySignatures: 'exports-only',
      output: {
        // Other sites name it in their pages, so its name stays.
        entryFileNames: ({ name }) => (name === 'embed' ? 'embed.js' : 'assets/[name]-[hash].js'),
        // Libraries change less often than the pages, so browsers keep them between releases.
        codeSplitting: {
          groups: [
            { name: 'charts', test: /node_modules[\\/](chart\.js|react-chartjs-2|@kurkle)[\\/]/ },
            { name: 'mantine', test: /node_modules[\\/]@mantine[\\/]/ },
            // What the pages share in small pieces packs better in one. The Check page loads it: without zod.
            {
              name: 'shared',
              test: (id) =>
                /[\\/](dashboard[\\/]check|contract|probe)[\\/].*\.ts$/.test(id) &&
                !/ from 'zod'/.test(readFileSync(id, 'utf8')),
              minShareCount: 2,
              maxModuleSize: 2500,
            },
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
