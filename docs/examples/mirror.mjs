// Keeps customers.csv equal to the customers of a client, forever: node mirror.mjs
// It may be killed at any moment: the next start continues from what it had saved.
// Needs FOYER_URL, FOYER_CLIENT and FOYER_KEY.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createFoyer, FoyerError } from '@foyer/sdk';

const { FOYER_URL, FOYER_CLIENT, FOYER_KEY } = process.env;
const foyer = createFoyer({ baseUrl: FOYER_URL, client: FOYER_CLIENT, key: FOYER_KEY });
const columns = ['customerId', 'email', 'customerFirstName', 'customerLastName', 'customerCity', 'lastChanged'];
const cell = (value) => `"${String(value ?? '').replaceAll('"', '""')}"`;

// The rows and the cursor are saved together, and replace what was there in one step.
async function save({ rows, cursor }) {
  const lines = [columns.join(), ...rows.values(), `# ${cursor}`];
  await writeFile('customers.csv.new', `${lines.join('\n')}\n`);
  await rename('customers.csv.new', 'customers.csv');
}
async function load() {
  const text = await readFile('customers.csv', 'utf8').catch(() => '');
  const [, ...lines] = text.trimEnd().split('\n');
  const cursor = lines.pop()?.slice(2);
  return { cursor, rows: new Map(lines.map((line) => [Number.parseInt(line.slice(1), 10), line])) };
}
const lineOf = (customer) => columns.map((name) => cell(customer[name])).join();

for (let mirror = await load(); ; mirror = { rows: new Map() }) {
  if (mirror.cursor === undefined) {
    const { customers, cursor } = await foyer.exports.snapshot();
    for await (const customer of customers) mirror.rows.set(customer.customerId, lineOf(customer));
    await save(Object.assign(mirror, { cursor }));
  }
  try {
    for await (const { number, customerId, customer } of foyer.changes.follow({ after: mirror.cursor })) {
      if (customer === null) mirror.rows.delete(customerId);
      else mirror.rows.set(customer.customerId, lineOf(customer));
      await save(Object.assign(mirror, { cursor: number }));
    }
  } catch (error) {
    if (!(error instanceof FoyerError && error.code === 'gone')) throw error; // away for too long: start over
  }
}
