/**
 * Joins the compiled command into a few files, in place (`dist/cli/main.js` and `dist/cli/part/`): Node.js takes longer
 * to find and link three hundred modules than a probe takes on a short path. What only some commands need stays apart,
 * and the service, whose paths count from its own files, is left as it is.
 */
import { defineConfig } from 'vite';

/** What the probe needs to start; other packages are loaded from where they are installed. */
const joined = ['commander', 'cli-table3', 'ipaddr.js', 'yocto-spinner'];

export default defineConfig({
  build: {
    ssr: 'dist/cli/main.js',
    outDir: 'dist/cli',
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      external: [/\/dist\/(service|scenarios)\//],
      output: { entryFileNames: '[name].js', chunkFileNames: 'part/[name].js' },
    },
  },
  ssr: { noExternal: joined },
});
