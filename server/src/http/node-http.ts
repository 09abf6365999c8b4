/**
 * What is needed of `node:http`. `import` would read each of its exports, and so load the `fetch` of Node behind one of
 * them: some 40 ms of processor time at each start (decision 0034).
 */
export const { createServer } = process.getBuiltinModule('node:http');
