/**
 * Checks the changes of a client: their numbers have no gaps except those of a restore, and their times do not run
 * back.
 */
import type { Store } from '../../db/store.ts';
import { feedEnds, type Gap, gapsOfClient, placesBehind } from '../changes/queries.ts';
import { lossAt } from '../changes/rules.ts';
import { webhooksOfClient } from '../webhooks/queries.ts';
import type { Finding, Patient } from './finding.ts';

const PAGE_ROWS = 5000;
const LOST =
  'Nothing brings it back: restore a backup that has it, or tell those who read the feed to export everything once.';

export async function examineChanges(store: Store, { clientId, name: client }: Patient): Promise<Finding[]> {
  const ends = await store.read(clientId, (tx) => tx.get(feedEnds, {}));
  if (ends === undefined) return [];
  const gaps = await store.read(clientId, (tx) => tx.all(gapsOfClient, {}));
  const next = follower(gaps);
  const findings: Finding[] = [];
  const tell = (check: 'numbers' | 'times', what: string, advice: string) =>
    findings.push({ check, client, what, advice });
  let place = { number: ends.pruned, at: 0 };
  for (;;) {
    const after = place.number;
    const rows = await store.read(clientId, (tx) => tx.all(placesBehind, { after, limit: PAGE_ROWS }));
    for (const row of rows) {
      const expected = next(place.number);
      if (row.number !== expected) tell('numbers', missing(expected, row.number - 1), LOST);
      if (row.at < place.at)
        tell(
          'times',
          `change ${row.number} was made before change ${place.number}`,
          'Somebody else has written to the database, or it is damaged. ' +
            'Whoever polls by lastChanged exports everything once.',
        );
      place = row;
    }
    if (rows.length < PAGE_ROWS) break;
  }
  // Read after the pages: concurrent writes are ahead of them, and nothing that they showed is ahead of this.
  const now = await store.read(clientId, (tx) => tx.get(feedEnds, {}));
  if (now?.last === ends.last) findings.push(...ofCounter(client, place, ends, next));
  findings.push(...(await ofWebhooks(store, clientId, client, gaps)));
  return findings;
}

/** The number of the change after one, across gaps. */
function follower(gaps: readonly Gap[]): (number: number) => number {
  const ends = new Map(gaps.map(({ from, to }) => [from, to]));
  return (number) => {
    let at = number;
    for (let end = ends.get(at); end !== undefined; end = ends.get(at)) at = end;
    return at + 1;
  };
}

const missing = (from: number, to: number): string =>
  from === to ? `change ${from} is missing` : `the changes ${from} to ${to} are missing`;

function ofCounter(
  client: string,
  place: { number: number; at: number },
  { last, lastAt }: { last: number; lastAt: number },
  next: (number: number) => number,
): Finding[] {
  const findings: Finding[] = [];
  const following = next(place.number) - 1;
  if (last > following) findings.push({ check: 'numbers', client, what: missing(following + 1, last), advice: LOST });
  if (last < following)
    findings.push({
      check: 'numbers',
      client,
      what: `the counter says ${last}, and numbers go on behind ${following}`,
      advice: 'Changes cannot be written, or get numbers that were given out. Stop the service, and restore a backup.',
    });
  if (lastAt < place.at)
    findings.push({
      check: 'times',
      client,
      what: `the counter's time is before that of change ${place.number}`,
      advice: 'The next changes may be missed by who polls by lastChanged: let them export everything once.',
    });
  return findings;
}

async function ofWebhooks(store: Store, clientId: number, client: string, gaps: readonly Gap[]): Promise<Finding[]> {
  // Webhooks are read first: they are never ahead of what is read later.
  const webhooks = await store.read(clientId, (tx) => tx.all(webhooksOfClient, {}));
  const ends = await store.read(clientId, (tx) => tx.get(feedEnds, {}));
  return webhooks.flatMap(({ webhookId, changeNumber: at }): Finding[] => {
    const inGaps = gaps.filter(({ from, to }) => from < at && at < to).length;
    if (ends === undefined || lossAt(at, { ...ends, gaps: inGaps }) !== 'put-back') return [];
    return [
      {
        check: 'numbers',
        client,
        what: `webhook ${webhookId} stands at change ${at}, which there is not`,
        advice:
          'It begins anew with the first change that is kept; ' +
          `POST /webhook/${webhookId}/replay sets another place.`,
      },
    ];
  });
}
