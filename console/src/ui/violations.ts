import { customerInput, FoyerError, type Violation } from '@foyer/sdk';
import type { TFunction } from 'i18next';

const texts = ['required', 'type', 'email', 'taken', 'numeric', 'decimal', 'unknown', 'incorrect', 'weak'] as const;

const isText = (code: string): code is (typeof texts)[number] => (texts as readonly string[]).includes(code);

/** What is wrong with a field, in the words of the page, or the server's message if it has none. */
function violationText({ field, code, message }: Violation, t: TFunction): string {
  const rule = (customerInput as Record<string, { kind: string; max?: number }>)[field];
  const is = String(code);
  if (is === 'max' && rule?.max !== undefined) return t('violations.max', { count: rule.max });
  if (is === 'length') return t('violations.length');
  if (is === 'min') return t('violations.min');
  return isText(is) ? t(`violations.${is}`) : message;
}

/** The messages by field, for a form. */
export function fieldErrors(error: Error, t: TFunction): Record<string, string> {
  if (!(error instanceof FoyerError)) return {};
  return Object.fromEntries(
    error.violations.map((violation) => [violation.field.replace(/\.\d+$/, ''), violationText(violation, t)]),
  );
}
