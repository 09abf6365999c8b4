/** The lines of a response, one at a time: only the line being read and what has just arrived are held. */
export async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      let from = 0;
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
        yield rest.slice(from, end);
        from = end + 1;
      }
      rest = rest.slice(from);
      if (done) break;
    }
    if (rest !== '') yield rest;
  } finally {
    // The consumer may have left the loop early: the connection must not keep filling.
    await reader.cancel();
  }
}
