/**
 * A histogram of durations that every request can afford. That of prom-client makes a text of the labels for each
 * value, to find its series by, which was felt in the rate of gets (docs/speed.md).
 */
import type { Histogram } from 'prom-client';
import type { Into } from './measure.ts';

type Labels = Readonly<Record<string, string>>;

interface Definition {
  readonly name: string;
  readonly help: string;
  /** The upper bounds of the buckets, in seconds, ascending; one without a bound is added. */
  readonly buckets: readonly number[];
}

/** The durations of one series. */
export class Durations {
  readonly #bounds: readonly number[];
  /** How many lie above the bound before and not above this one. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(seconds: number): void {
    let bucket = 0;
    for (const bound of this.#bounds) {
      if (seconds <= bound) break;
      bucket += 1;
    }
    (this.counts[bucket] as number) += 1;
    this.sum += seconds;
  }
}

/** Registers a histogram. The function begins one more series of it; its labels must be new. */
export function durationsInto({ registry }: Into, { name, help, buckets }: Definition): (labels: Labels) => Durations {
  const all: { readonly labels: Labels; readonly durations: Durations }[] = [];

  /** The series as Prometheus wants them: a bucket counts what is in those before it too. */
  const get = async () => {
    const values = all.flatMap(({ labels, durations: { counts, sum } }) => {
      let count = 0;
      const upTo = [...buckets, '+Inf'].map((le, bucket) => {
        count += counts[bucket] as number;
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
      });
      const total = { metricName: `${name}_count`, labels, value: count };
      return [...upTo, { metricName: `${name}_sum`, labels, value: sum }, total];
    });
    return { name, help, type: 'histogram', values };
  };

  // All that the registry asks of a metric is its name, and this function at a scrape.
  registry.registerMetric({ name, get } as unknown as Histogram);
  return (labels) => {
    const durations = new Durations(buckets);
    all.push({ labels, durations });
    return durations;
  };
}
