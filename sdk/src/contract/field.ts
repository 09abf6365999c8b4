/**
 * The kinds of values that cross the wire. A field is plain data: from it come the server's check of a
 * body, the schema in the OpenAPI document, and the types of the SDK. It carries no code, so that a browser can
 * import the table for a few kilobytes.
 */

import type { Violation } from './problems.ts';

interface Described {
  readonly description: string;
  readonly example: unknown;
  /** Must be present and not empty when a record is created. */
  readonly required?: true;
  /** No two customers of a client have the same value. */
  readonly unique?: true;
  /** Only in responses: `null` instead of `""` when there is no value. */
  readonly nullable?: true;
}

/** Free text: from `min` to `max` Unicode code points, or exactly `length`, after trimming and NFC. */
export interface TextField extends Described {
  readonly kind: 'text';
  readonly min?: number;
  readonly max?: number;
  readonly length?: number;
  /** A password or a token: never shown. */
  readonly isSecret?: true;
}
export interface EmailField extends Described {
  readonly kind: 'email';
}
/** An optional `+` and 1 to 20 digits; also sent as a non-negative JSON integer. */
export interface PhoneField extends Described {
  readonly kind: 'phone';
}
/** An amount of money in text, `"25.50"`; also sent as a JSON number. */
export interface MoneyField extends Described {
  readonly kind: 'money';
  /** An empty value means nothing was sent, rather than `"0.00"`. */
  readonly isFilter?: true;
}
/** A list of distinct names of 1 to `maxLength` code points. */
export interface NamesField extends Described {
  readonly kind: 'names';
  readonly maxItems: number;
  readonly maxLength: number;
  /** The only names there are; the endpoint refuses others. */
  readonly options?: readonly string[];
}
/** A list of whole numbers, from 1 on. */
export interface NumbersField extends Described {
  readonly kind: 'numbers';
  readonly maxItems: number;
}
/** A date (midnight in the client's time zone) or a time, ISO 8601. */
export interface TimeField extends Described {
  readonly kind: 'time';
}
export interface IntegerField extends Described {
  readonly kind: 'integer';
  /** The default is 1. */
  readonly min?: number;
  readonly max?: number;
}
/** `true` or `false`; in a query also `1` or `0`. */
export interface FlagField extends Described {
  readonly kind: 'flag';
}
/** One of a few texts. */
export interface ChoiceField extends Described {
  readonly kind: 'choice';
  readonly options: readonly string[];
  /** An empty value clears the choice; otherwise it counts as not sent. */
  readonly isClearable?: true;
}

/** Only in responses: a resource within another. */
export interface RecordField extends Described {
  readonly kind: 'record';
  /** What the OpenAPI document calls it. */
  readonly name: string;
  readonly fields: Fields;
}
/** A list of resources within another; in a body each is checked by itself. */
export interface RecordsField extends Described {
  readonly kind: 'records';
  readonly name: string;
  readonly fields: Fields;
  /** In a body: at most this many, and at least one. */
  readonly maxItems?: number;
}
/** Only in responses: the old and the new value of each field that changed, by its name. */
export interface ChangedField extends Described {
  readonly kind: 'changed';
}

/** Only in responses: what is wrong with something. */
export interface ViolationsField extends Described {
  readonly kind: 'violations';
}

/** A field that a caller may send. */
export type SentField = Exclude<Field, RecordField | ChangedField | ViolationsField>;

export type Field =
  | TextField
  | EmailField
  | PhoneField
  | MoneyField
  | NamesField
  | NumbersField
  | TimeField
  | IntegerField
  | FlagField
  | ChoiceField
  | RecordField
  | RecordsField
  | ChangedField
  | ViolationsField;

/** A value in the history: as the resource shows it; `null` where there was none. */
type Value = string | readonly string[] | null;

/** What a change did to a field. */
export interface FieldChange {
  readonly before: Value;
  readonly after: Value;
}

/** Fields by name, in the order in which a response shows them and in which violations are reported. */
export type Fields = Readonly<Record<string, Field>>;

type Sent<F extends Field> = F extends PhoneField | MoneyField
  ? string | number | null
  : F extends NamesField
    ? readonly string[]
    : F extends NumbersField
      ? readonly number[]
      : F extends RecordsField
        ? readonly Partial<Input<F['fields']>>[]
        : F extends IntegerField
          ? number
          : F extends FlagField
            ? boolean
            : F extends { options: readonly (infer O)[] }
              ? F extends { isClearable: true }
                ? O | null
                : O
              : string | null;

type Received<F extends Field> = F extends { nullable: true } ? Present<F> | null : Present<F>;

type Present<F extends Field> = F extends IntegerField
  ? number
  : F extends FlagField
    ? boolean
    : F extends NamesField
      ? string[]
      : F extends NumbersField
        ? number[]
        : F extends RecordField
          ? Output<F['fields']>
          : F extends RecordsField
            ? Output<F['fields']>[]
            : F extends ChangedField
              ? Record<string, FieldChange>
              : F extends ViolationsField
                ? Violation[]
                : F extends { options: readonly (infer O)[] }
                  ? O
                  : string;

type RequiredNames<F extends Fields> = { [N in keyof F]: F[N] extends { required: true } ? N : never }[keyof F];

/** The type of a body that a caller sends. */
export type Input<F extends Fields> = { readonly [N in RequiredNames<F>]: NonNullable<Sent<F[N]>> } & {
  readonly [N in Exclude<keyof F, RequiredNames<F>>]?: Sent<F[N]>;
};

/** The type of a resource that a response holds. */
export type Output<F extends Fields> = { -readonly [N in keyof F]: Received<F[N]> };
