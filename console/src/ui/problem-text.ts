import { FoyerError } from '@foyer/sdk';
import type { TFunction } from 'i18next';

const known = [
  'network',
  'timeout',
  'not-found',
  'missing-scope',
  'wrong-client',
  'wrong-origin',
  'sign-in-failed',
  'link-used',
  'too-many-requests',
  'precondition-failed',
  'unavailable',
  'internal',
] as const;
type Known = (typeof known)[number];

const isKnown = (code: string): code is Known => (known as readonly string[]).includes(code);

/** A failure in the words of the page, or the server's message if it has none. */
export function problemText(error: Error, t: TFunction): string {
  if (!(error instanceof FoyerError) || error.code === 'unexpected') return t('problems.unexpected');
  const code: string = error.code;
  if (code === 'too-many-requests') {
    const seconds = error.retryAfter ?? 60;
    return seconds > 90
      ? t('problems.too-many-requests-minutes', { count: Math.ceil(seconds / 60) })
      : t('problems.too-many-requests', { count: Math.ceil(seconds) });
  }
  return isKnown(code) ? t(`problems.${code}`) : error.message;
}

export const isValidation = (error: Error): error is FoyerError =>
  error instanceof FoyerError && error.violations.length > 0;
