/** Metrics as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/ */
import assert from 'node:assert/strict';

export type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface Scrape {
  readonly text: string;
  readonly samples: readonly Sample[];
  /** The sum of the samples with this name and these labels, whatever other labels they have; 0 if there are none. */
  sum(name: string, labels?: Labels): number;
  has(name: string, labels?: Labels): boolean;
}

const LINE = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$/i;
const LABEL = /([a-z_][a-z0-9_]*)="((?:[^"\\]|\\.)*)",?/gi;

export async function scrape(url: string | undefined): Promise<Scrape> {
  assert(url !== undefined, 'there are no metrics');
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const samples = lines.map((line): Sample => {
    const [, name = '', labels = '', value] = LINE.exec(line) ?? assert.fail(line);
    return {
      name,
      labels: Object.fromEntries([...labels.matchAll(LABEL)].map((one) => one.slice(1))),
      value: Number(value),
    };
  });
  const fitting = (name: string, labels: Labels = {}) =>
    samples.filter(
      (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    );
  return {
    text,
    samples,
    sum: (name, labels) => fitting(name, labels).reduce((sum, { value }) => sum + value, 0),
    has: (name, labels) => fitting(name, labels).length > 0,
  };
}

/** By how much a metric moves while something happens. */
export async function moves(
  url: string | undefined,
  work: () => Promise<unknown>,
): Promise<(name: string, labels?: Labels) => number> {
  const before = await scrape(url);
  await work();
  const after = await scrape(url);
  return (name, labels) => after.sum(name, labels) - before.sum(name, labels);
}
