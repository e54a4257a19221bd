import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** One script and one style sheet, which html/page.ts puts into report.html. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../../../dist/report/html-app', import.meta.url)),
    emptyOutDir: true,
    target: ['chrome111', 'firefox113', 'safari16.4'],
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      input: fileURLToPath(new URL('./main.tsx', import.meta.url)),
      output: { format: 'es', entryFileNames: 'app.js', assetFileNames: 'app.[ext]' },
    },
  },
});
