/**
 * Checks that no document leads nowhere (`npm run check:links`): each relative link and image of a Markdown file, with
 * its anchor, and each path of `docs/` that a source names in a message or a comment.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import GithubSlugger from 'github-slugger';
import type { Root } from 'mdast';
import { toString as textOf } from 'mdast-util-to-string';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { visit } from 'unist-util-visit';

const exclude = (name: string): boolean => /(^|\/)(node_modules|dist|data)$/.test(name);
const pages = globSync('**/*.md', { exclude });
const sources = globSync(
  ['{sdk,server,console,scripts,tests,bench,docs}/**/*.{ts,tsx,mjs,sql}', 'Dockerfile', '*.yaml', '.env.example'],
  { exclude },
);

const treeOf = (file: string): Root => remark().use(remarkGfm).parse(readFileSync(file, 'utf8'));

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(tree: Root): Set<string> {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  visit(tree, 'heading', (heading) => void anchors.add(slugger.slug(textOf(heading))));
  return anchors;
}

/** Where a page leads: by links, images and reference definitions, and by the tags that Markdown lets through. */
function targetsOf(tree: Root): { url: string; line: number }[] {
  const targets: { url: string; line: number }[] = [];
  visit(tree, (node) => {
    const line = node.position?.start.line ?? 0;
    if ('url' in node) targets.push({ url: node.url, line });
    if (node.type === 'html')
      for (const [, url = ''] of node.value.matchAll(/(?:src|href)="([^"]*)"/g)) targets.push({ url, line });
  });
  return targets;
}

const trees = new Map(pages.map((page) => [normalize(page), treeOf(page)]));
const anchors = new Map([...trees].map(([page, tree]) => [page, anchorsOf(tree)]));

/** What is wrong with a link of a page, if anything. */
function faultOf(page: string, url: string): string | undefined {
  if (/^[a-z]+:/i.test(url)) return undefined;
  const [path = '', anchor] = decodeURIComponent(url).split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(target)) return `there is no ${target}`;
  if (anchor === undefined) return undefined;
  return anchors.get(target)?.has(anchor) ? undefined : `${target} has no heading #${anchor}`;
}

const faults: string[] = [];
let links = 0;
for (const [page, tree] of trees)
  for (const { url, line } of targetsOf(tree)) {
    links += 1;
    const fault = faultOf(page, url);
    if (fault !== undefined) faults.push(`${page}:${line} links to ${url}: ${fault}.`);
  }
for (const source of sources)
  for (const [path] of readFileSync(source, 'utf8').matchAll(/(?<![\w/.-])docs\/[\w/-]+\.\w+/g))
    if (!existsSync(path)) faults.push(`${source} names ${path}: there is no such file.`);

for (const fault of faults) console.error(fault);
console.log(`${links} links in ${pages.length} documents, ${faults.length} of them dead.`);
process.exitCode = faults.length === 0 ? 0 : 1;
