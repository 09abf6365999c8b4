/** What the address of the list holds: the search, the filters, the order and the place. */
export const sorts = ['relevance', 'name', '-lastChanged', 'customerId'] as const;
export type Sort = (typeof sorts)[number];

export interface Filters {
  readonly search?: string;
  readonly tag?: readonly string[];
  readonly city?: string;
  readonly changedSince?: string;
  readonly creditMin?: string;
}

export interface ListSearch extends Filters {
  readonly sort?: Sort;
  /** The row at the top, counted from 1. */
  readonly row?: number;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** What cannot be read is left out: addresses are typed, truncated and mailed. */
export function readSearch(raw: Record<string, unknown>): ListSearch {
  const tags = [raw.tag].flat().filter((tag) => typeof tag === 'string' && tag !== '') as string[];
  const row = Number(raw.row);
  const read: ListSearch = {
    search: text(raw.search),
    tag: tags.length > 0 ? tags : undefined,
    city: text(raw.city),
    changedSince: text(raw.changedSince),
    creditMin: text(raw.creditMin),
    sort: sorts.find((sort) => sort === raw.sort),
    row: Number.isInteger(row) && row > 1 ? row : undefined,
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

export const hasFilters = ({ search, tag, city, changedSince, creditMin }: Filters): boolean =>
  [search, tag, city, changedSince, creditMin].some((value) => value !== undefined);

/** Clears all of them. */
export const noFilters: Filters = {
  search: undefined,
  tag: undefined,
  city: undefined,
  changedSince: undefined,
  creditMin: undefined,
};

/** The filters by their names in the API. */
export const asQuery = ({ tag, search: _, ...filters }: Filters) => ({
  ...(tag === undefined ? {} : { clienttype: tag }),
  ...filters,
});
