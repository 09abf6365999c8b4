import { domainToASCII } from 'node:url';
import { type Kysely, sql } from '#kysely';

interface Types {
  enter(db: Kysely<unknown>, clientId: number): Promise<void>;
}

interface Keyed {
  readonly id: number;
  readonly text: string;
  readonly key: string;
}

/** By what addresses and names of client-types are compared: case letter by letter, and domains as the DNS has them. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  await types.enter(db, 0);
  const { rows: clients } = await sql<{ id: number | string }>`select client_id as id from client`.execute(db);
  for (const { id } of clients) {
    const clientId = Number(id);
    await types.enter(db, clientId);
    await rekeyCustomers(db, clientId);
    await rekeyClientTypes(db, clientId);
  }
  await types.enter(db, 0);
}

/**
 * Of two that now have one key, the customer that was made first keeps it; no address leads to the other, which keeps
 * all else.
 */
async function rekeyCustomers(db: Kysely<unknown>, clientId: number): Promise<void> {
  const set = (id: number, key: string) =>
    sql`update customer set email_key = ${key} where client_id = ${clientId} and customer_id = ${id}`.execute(db);
  const found = await sql<Keyed>`
    select customer_id as id, email as text, email_key as key from customer
    where client_id = ${clientId} and (octet_length(email) <> length(email) or email_key like '%xn--%')
    order by customer_id`.execute(db);
  const rows = found.rows.map((row) => ({ ...row, id: Number(row.id) }));
  const owners = new Map<string, number>();
  for (const { id, text } of rows) {
    const key = emailKey(text);
    if (!owners.has(key)) owners.set(key, id);
  }
  const ids = new Set(rows.map(({ id }) => id));
  const moved = new Map<number, string>();
  for (const { id, text, key: before } of rows) {
    const key = emailKey(text);
    const after = owners.get(key) === id ? key : placeholder(id);
    if (after !== before) moved.set(id, after);
  }
  for (const [key, id] of owners) {
    const holder = await sql<{ id: number | string }>`
      select customer_id as id from customer where client_id = ${clientId} and email_key = ${key}`.execute(db);
    const held = holder.rows[0] === undefined ? undefined : Number(holder.rows[0].id);
    if (held === undefined || ids.has(held)) continue;
    if (held < id) moved.set(id, placeholder(id));
    else moved.set(held, placeholder(held));
  }
  for (const id of moved.keys()) await set(id, placeholder(id));
  for (const [id, key] of moved) await set(id, key);
}

/** No text has it: it begins with a control character. */
const placeholder = (id: number): string => `\u0001${id}`;

/** What was one name stays one; those that were kept apart by nothing but this rule are free again. */
async function rekeyClientTypes(db: Kysely<unknown>, clientId: number): Promise<void> {
  const { rows } = await sql<Keyed>`
    select client_type_id as id, name as text, name_key as key from client_type
    where client_id = ${clientId} and retired_at is null and octet_length(name) <> length(name)`.execute(db);
  const moved = rows.filter(({ text, key }) => foldCase(text) !== key);
  const set = (id: number, key: string) =>
    sql`update client_type set name_key = ${key} where client_id = ${clientId} and client_type_id = ${id}`.execute(db);
  for (const { id } of moved) await set(Number(id), placeholder(Number(id)));
  for (const { id, text } of moved) await set(Number(id), foldCase(text));
}

const single = (text: string): string | undefined => ([...text].length === 1 ? text : undefined);

function foldLetter(letter: string): string {
  if (letter === 'ı') return letter;
  const small = single(letter.toLowerCase()) ?? letter;
  const capital = single(small.toUpperCase());
  return capital === undefined ? small : (single(capital.toLowerCase()) ?? small);
}

const foldCase = (text: string): string => Array.from(text, foldLetter).join('').normalize('NFC');

// biome-ignore lint/suspicious/noControlCharactersInRegex: whatever is not plain ASCII
const IS_INTERNATIONAL = /[^\u0000-\u007f]|(?:^|\.)xn--/;

function emailKey(email: string): string {
  const folded = foldCase(email);
  const at = folded.lastIndexOf('@');
  if (at === -1 || !IS_INTERNATIONAL.test(folded.slice(at + 1))) return folded;
  const ascii = domainToASCII(email.slice(email.lastIndexOf('@') + 1));
  return ascii === '' || /(?:^|\.)\d+$/.test(ascii) ? folded : `${folded.slice(0, at)}@${ascii}`;
}
