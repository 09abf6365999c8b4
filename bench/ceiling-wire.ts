/** A customer on the wire, as the ceiling writes it itself: its cost must not depend on that of the service. Pure. */
import type { Customer } from '../sdk/src/contract/customers.ts';
import type { CustomerRow } from './ceiling-data.ts';

const TIME_ZONE = 'Europe/Amsterdam';

/** The offsets of the zone in the years of the data, each with the time from which it holds. */
const offsets = readOffsets(new Date().getFullYear() - 5, new Date().getFullYear() + 1);

function readOffsets(firstYear: number, lastYear: number) {
  const found: { since: number; ms: number; text: string }[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.PlainDate.from({
    year: firstYear,
    month: 1,
    day: 1,
  }).toZonedDateTime(TIME_ZONE);
  while (at !== null && at.year <= lastYear) {
    found.unshift({ since: at.epochMilliseconds, ms: at.offsetNanoseconds / 1e6, text: at.offset });
    at = at.getTimeZoneTransition('next');
  }
  return found;
}

function formatTime(ms: number): string {
  for (const offset of offsets) {
    if (ms >= offset.since) return new Date(ms + offset.ms).toISOString().slice(0, 19) + offset.text;
  }
  throw new Error('The data is older than the ceiling knows');
}

export function present(row: CustomerRow): Customer {
  return {
    customerId: row.customer_id,
    customerExternalId: row.external_id,
    email: row.email,
    customerSalutation: row.salutation,
    customerFirstName: row.first_name,
    customerLastName: row.last_name,
    customerPreposition: row.preposition,
    customerAddress: row.address,
    customerHouseNr: row.house_nr,
    customerZip: row.zip,
    customerCity: row.city,
    customerCountry: row.country,
    customerPhone: row.phone,
    customerCredit: (row.credit / 100).toFixed(2),
    lastChanged: formatTime(row.changed_at),
    customerTags: row.tags === '[]' ? [] : JSON.parse(row.tags),
  };
}
