/** A job whose module takes long to load, as any does on a busy machine. */
import { setTimeout as sleep } from 'node:timers/promises';

await sleep(2000);

export const answer = { run: async () => '"done"' };
