import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The pages for plain browsers, which the platform serves; JupyterLab's own builder makes the rest.
export default defineConfig({
  root: 'src/web',
  base: './',
  plugins: [react()],
  // While the pages are written: `DBAPI_URL` is the platform that they ask.
  server: { proxy: { '/api': process.env['DBAPI_URL'] ?? 'http://127.0.0.1:8000' } },
  build: {
    outDir: '../../../platform/dbapi_platform/web/static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0
  },
  test: {
    root: '.',
    include: ['tests/**/*.test.{ts,tsx}'],
    environment: 'jsdom',
    setupFiles: ['tests/setup.ts'],
    server: { deps: { inline: [/@jupyterlab\//, /@jupyter\//, /@lumino\//, /@microsoft\//] } }
  }
});
