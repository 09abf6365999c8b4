/** The imports of a TypeScript file. */
import { readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';

export interface Import {
  /** As written: `./rules.ts`, `kysely`. */
  readonly from: string;
  /** Does it disappear when the types are erased? */
  readonly isType: boolean;
}

/** The imports and re-exports of a file, including `import()`. */
export function importsOf(file: string): Import[] {
  const source = readFileSync(file, 'utf8');
  const { module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`);
  const found: Import[] = module.staticImports.map(({ moduleRequest, entries }) => ({
    from: moduleRequest.value,
    isType: entries.length > 0 && entries.every(({ isType }) => isType),
  }));
  for (const { moduleRequest, isType } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest !== null) found.push({ from: moduleRequest.value, isType });
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    // A module named by a variable is loaded on behalf of whoever passed its name.
    if (/^'[^']+'$/.test(text)) found.push({ from: text.slice(1, -1), isType: false });
  }
  return found;
}
