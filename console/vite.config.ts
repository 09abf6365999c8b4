import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where the service runs during work on the console: `npm run dev -w console`. */
const service = { target: 'http://127.0.0.1:8080' };

/** Writes a compressed copy beside each file, so that no request waits for a compressor. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir = '' }) {
    const folder = join(dir, 'assets');
    for (const name of readdirSync(folder).filter((file) => /\.(?:js|css|svg)$/.test(file))) {
      const path = join(folder, name);
      const content = readFileSync(path);
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
      writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
    }
  },
};

export default defineConfig({
  base: '/console/',
  plugins: [react(), compressed],
  // The sources of the SDK, so that the console can be built without the SDK's own build.
  resolve: { alias: { '@foyer/sdk': fileURLToPath(new URL('../sdk/src/index.ts', import.meta.url)) } },
  // Nothing is inlined as data: the policy of the console allows scripts and styles by address only.
  build: { target: 'baseline-widely-available', assetsInlineLimit: 0, reportCompressedSize: false },
  server: { port: 5173, proxy: { '/v1': service } },
});
