/** What Prometheus reads of a histogram of durations is what it reads of one of prom-client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { durationsInto } from './durations.ts';

const definition = { name: 'x_seconds', help: 'How long it took.', buckets: [0.001, 0.01, 0.1, 1] };
/** The bounds themselves, values between them, and beyond the last one. */
const durations = fc.oneof(fc.constantFrom(...definition.buckets, 0, 5), fc.double({ min: 0, max: 2, noNaN: true }));

const sorted = (text: string) => text.trim().split('\n').sort();

test('durations are told as prom-client tells them', async () => {
  const observed = fc.array(fc.tuple(fc.constantFrom('200', '404'), durations), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(observed, async (values) => {
      const [registry, other] = [new Registry(), new Registry()];
      const begin = durationsInto({ registry, withClients: true }, definition);
      const series = Map.groupBy(values, ([status]) => status);
      const histogram = new Histogram({ ...definition, labelNames: ['route', 'status'], registers: [other] });
      for (const [status, all] of series) {
        const labels = { route: '/a', status };
        const ours = begin(labels);
        for (const [, seconds] of all) {
          ours.observe(seconds);
          histogram.observe(labels, seconds);
        }
      }
      // Twice: a scrape changes nothing.
      await registry.metrics();
      assert.deepEqual(sorted(await registry.metrics()), sorted(await other.metrics()));
    }),
  );
});
