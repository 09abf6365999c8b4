/** How the address of a page is written: `?tag=vip&tag=friend`, as people read it. */
export function readAddress(text: string): Record<string, unknown> {
  const parameters = new URLSearchParams(text);
  const read: Record<string, string | string[]> = {};
  for (const name of new Set(parameters.keys())) {
    const [first = '', ...others] = parameters.getAll(name);
    read[name] = others.length === 0 ? first : [first, ...others];
  }
  return read;
}

export function writeAddress(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null) parameters.append(name, String(one));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
