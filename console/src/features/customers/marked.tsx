import { Fragment } from 'react';

/** Without accents and case, letter by letter, so that positions stay the same. */
const plain = (text: string): string =>
  Array.from(text.normalize('NFC'), (letter) => {
    const bare = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    return bare.length === letter.length ? bare : letter.toLowerCase().slice(0, letter.length);
  }).join('');

/**
 * The ranges where the beginnings of words match what was typed. Telephone numbers match anywhere, from four digits on.
 */
function matches(text: string, search: string): [number, number][] {
  const words = plain(search)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const folded = plain(text);
  const found: [number, number][] = [];
  for (const word of words) {
    const isDigits = /^\d{4,}$/.test(word);
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      if (at === 0 || isDigits || !/[\p{L}\p{N}]/u.test(folded[at - 1] ?? '')) found.push([at, at + word.length]);
    }
  }
  return found.sort(([a], [b]) => a - b);
}

/** A text with the matches marked. */
export function Marked({ text, search }: { text: string; search: string | undefined }) {
  if (search === undefined || text === '') return text;
  const parts = [];
  let done = 0;
  for (const [from, to] of matches(text, search)) {
    if (to <= done) continue;
    const start = Math.max(from, done);
    parts.push(
      <Fragment key={start}>
        {text.slice(done, start)}
        <mark>{text.slice(start, to)}</mark>
      </Fragment>,
    );
    done = to;
  }
  return (
    <>
      {parts}
      {text.slice(done)}
    </>
  );
}
