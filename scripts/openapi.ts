/** Writes docs/openapi.json from the endpoint table; with --check it only says whether the file is up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from '../server/src/features/docs/openapi.ts';
import { version } from '../server/src/version.ts';

const file = new URL('../docs/openapi.json', import.meta.url);
const wanted = `${JSON.stringify(openApiDocument(version), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, wanted);
} else if (readFileSync(file, 'utf8') !== wanted) {
  console.error('docs/openapi.json does not match the endpoint table: run "npm run fix", and look at the difference.');
  process.exitCode = 1;
}
