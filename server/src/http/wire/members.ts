/** What a JSON object or list holds, as in its text: in order, and with the digits that a float loses. Pure. */

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The names and the texts of the values of an object in well-formed JSON. The inside of the values is skipped: the time
 * is linear in the length of the text.
 */
export function membersOf(text: string): [name: string, value: string][] {
  const members: [string, string][] = [];
  let at = text.indexOf('{');
  while (text.charCodeAt(at) !== CLOSE_BRACE) {
    const start = text.indexOf('"', at + 1);
    if (start === -1) break;
    const end = endOfString(text, start);
    const colon = text.indexOf(':', end);
    at = endOfValue(text, colon + 1);
    const name = text.slice(start + 1, end - 1);
    members.push([name.includes('\\') ? JSON.parse(`"${name}"`) : name, text.slice(colon + 1, at).trim()]);
  }
  return members;
}

/** The texts of the items of a list in well-formed JSON that is not empty. */
export function itemsOf(text: string): string[] {
  const items: string[] = [];
  let at = text.indexOf('[');
  while (text.charCodeAt(at) !== CLOSE_BRACKET) {
    const end = endOfValue(text, at + 1);
    items.push(text.slice(at + 1, end).trim());
    at = end;
  }
  return items;
}

/** The place after the closing quote of the string that begins here. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let at = quote;
  while (text.charCodeAt(at - 1) === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 1;
}

/** The place of the comma after a value, or of the brace or bracket that ends what it stands in. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (depth === 0 && code === COMMA) return at;
  }
}
