import type { Customer } from '@foyer/sdk';
import { columnVisibilityFeature, createColumnHelper, tableFeatures } from '@tanstack/react-table';
import type { TFunction } from 'i18next';
import type { Telling } from '../../ui/time.ts';
import { CreditCell, NameCell, TagsCell, TextCell, TimeCell } from './cells.tsx';

export const features = tableFeatures({ columnVisibilityFeature });

/** What the cells need beside their customer. */
export interface CellContext {
  readonly search: string | undefined;
  readonly telling: Telling;
  readonly nameOrder: 'nl' | 'be';
  /** Passed down, since a cell that looked up the words itself would re-render whenever they change. */
  readonly t: TFunction;
  readonly hrefOf: (customerId: number) => string;
}

const helper = createColumnHelper<typeof features, Customer>();

/** The columns in order; the name is always there. */
export const columnIds = [
  'name',
  'email',
  'customerCity',
  'customerTags',
  'customerPhone',
  'customerCredit',
  'lastChanged',
  'customerAddress',
  'customerZip',
  'customerCountry',
  'customerExternalId',
  'customerId',
] as const;
export type ColumnId = (typeof columnIds)[number];

export const defaultColumns: readonly ColumnId[] = [
  'name',
  'email',
  'customerCity',
  'customerTags',
  'customerPhone',
  'customerCredit',
  'lastChanged',
];

/** The minimum width in pixels, and the share of what is left over. */
export const widths: Record<ColumnId, readonly [number, number]> = {
  name: [180, 1.5],
  email: [190, 1.5],
  customerCity: [104, 0.9],
  customerTags: [140, 1],
  customerPhone: [132, 0.7],
  customerCredit: [90, 0.4],
  lastChanged: [136, 0.6],
  customerAddress: [160, 1.2],
  customerZip: [84, 0.4],
  customerCountry: [80, 0.4],
  customerExternalId: [110, 0.7],
  customerId: [72, 0.3],
};

type TextField =
  | 'email'
  | 'customerCity'
  | 'customerPhone'
  | 'customerAddress'
  | 'customerZip'
  | 'customerCountry'
  | 'customerExternalId';

export const makeColumns = (context: CellContext) => {
  const text = (id: TextField) =>
    helper.display({ id, cell: ({ row }) => <TextCell text={row.original[id] ?? ''} context={context} /> });
  return [
    helper.display({ id: 'name', cell: ({ row }) => <NameCell customer={row.original} context={context} /> }),
    text('email'),
    text('customerCity'),
    helper.display({
      id: 'customerTags',
      cell: ({ row }) => <TagsCell tags={row.original.customerTags} context={context} />,
    }),
    text('customerPhone'),
    helper.display({
      id: 'customerCredit',
      cell: ({ row }) => <CreditCell amount={row.original.customerCredit} context={context} />,
    }),
    helper.display({
      id: 'lastChanged',
      cell: ({ row }) => <TimeCell time={row.original.lastChanged} telling={context.telling} />,
    }),
    text('customerAddress'),
    text('customerZip'),
    text('customerCountry'),
    text('customerExternalId'),
    helper.display({
      id: 'customerId',
      cell: ({ row }) => <TextCell text={String(row.original.customerId)} context={context} />,
    }),
  ];
};
