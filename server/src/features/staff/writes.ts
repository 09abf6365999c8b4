/** What the `foyer staff` command does: who works where, and as what. */

import type { Store } from '../../db/store.ts';
import type { InstallationTransaction } from '../../db/transaction/installation.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import { clientByName } from '../clients/queries.ts';
import { noSuchClient } from '../clients/rules.ts';
import { makeLink } from '../sessions/links.ts';
import { deleteLinksOf, deleteSessionsOf } from '../sessions/queries.ts';
import type { LinkPurpose } from '../sessions/tables.ts';
import {
  clientsOfMember,
  endRole,
  insertMember,
  lastStaffId,
  type MemberRow,
  memberByEmail,
  memberById,
  putRole,
  roleAt,
  setLabels,
  setName,
  setPassword,
  setRole,
} from './queries.ts';
import { checkEmail, checkName, labelOf, noSuchMember } from './rules.ts';
import type { StaffRole } from './tables.ts';

export interface StaffOptions {
  readonly email: string;
  /** Short name of the client. */
  readonly client: string;
  readonly role: StaffRole;
  readonly name?: string;
}

export interface AddedMember {
  readonly staffId: number;
  /** The token of a link to set a password; `undefined` for somebody who has one already. */
  readonly token: string | undefined;
}

/** Lets somebody work at a client. */
export function addMember(store: Store, options: StaffOptions): Promise<AddedMember> {
  const email = checkEmail(options.email);
  const name = options.name === undefined ? undefined : checkName(options.name);
  return store.writeInstallation(async (tx) => {
    const clientId = await clientNumber(tx, options.client);
    const member = (await findByEmail(tx, email)) ?? (await makeMember(tx, email));
    const { staffId } = member;
    const [there] = await tx.all(roleAt, { clientId, staffId });
    if (there !== undefined && there.removedAt === null)
      throw new Error(
        `${email} works at ${options.client} already, as ${there.role}; "foyer staff role" changes that.`,
      );
    if (name !== undefined) await tx.run(setName, { staffId, name });
    const label = labelOf({ email: member.email, name: name ?? member.name });
    await tx.run(putRole, { clientId, staffId, role: options.role, label, addedAt: Date.now() });
    await tx.run(setLabels, { staffId, label });
    return { staffId, token: member.passwordHash === null ? await makeLink(tx, staffId, 'password') : undefined };
  });
}

/** Gives a staff member a different role at a client, and signs them out. */
export function changeRole(store: Store, email: string, client: string, role: StaffRole): Promise<void> {
  return store.writeInstallation(async (tx) => {
    const { clientId, staffId } = await placeOf(tx, email, client);
    await tx.run(setRole, { clientId, staffId, role });
    await tx.run(deleteSessionsOf, { staffId });
  });
}

/** Removes a staff member from a client. Somebody who no longer works anywhere has no password either. */
export function removeMember(store: Store, email: string, client: string): Promise<void> {
  return store.writeInstallation(async (tx) => {
    const { clientId, staffId } = await placeOf(tx, email, client);
    await tx.run(endRole, { clientId, staffId, removedAt: Date.now() });
    await tx.run(deleteSessionsOf, { staffId });
    if ((await tx.all(clientsOfMember, { staffId })).length > 0) return;
    await tx.run(setPassword, { staffId, passwordHash: null });
    await tx.run(deleteLinksOf, { staffId });
  });
}

/** Makes a one-time link for somebody; returns its token. */
export function linkFor(store: Store, email: string, purpose: LinkPurpose): Promise<string> {
  return store.writeInstallation(async (tx) => {
    const member = await findByEmail(tx, email);
    const clients = member === undefined ? [] : await tx.all(clientsOfMember, member);
    if (member === undefined || clients.length === 0) throw noSuchMember(email);
    return makeLink(tx, member.staffId, purpose);
  });
}

async function placeOf(tx: InstallationTransaction, email: string, client: string) {
  const clientId = await clientNumber(tx, client);
  const member = await findByEmail(tx, email);
  const [role] = member === undefined ? [] : await tx.all(roleAt, { clientId, staffId: member.staffId });
  if (member === undefined || role === undefined || role.removedAt !== null)
    throw new Error(`${email} does not work at ${client}; "foyer staff list" shows who does.`);
  return { clientId, staffId: member.staffId };
}

async function clientNumber(tx: InstallationTransaction, name: string): Promise<number> {
  const [client] = await tx.all(clientByName, { name });
  if (client === undefined) throw noSuchClient(name);
  return client.clientId;
}

async function findByEmail(tx: InstallationTransaction, email: string): Promise<MemberRow | undefined> {
  return (await tx.all(memberByEmail, { emailKey: keyOfEmail(email.trim()) }))[0];
}

/** Numbers are not reused: the history still names people who have left. */
async function makeMember(tx: InstallationTransaction, email: string): Promise<MemberRow> {
  const [{ last } = { last: null }] = await tx.all(lastStaffId, {});
  const staffId = (last ?? 0) + 1;
  await tx.run(insertMember, { staffId, email, emailKey: keyOfEmail(email), name: '', createdAt: Date.now() });
  const [member] = await tx.all(memberById, { staffId });
  if (member === undefined) throw new Error('The staff member was not made');
  return member;
}
