#!/usr/bin/env -S node --max-semi-space-size=4
/**
 * The `foyer` command. Its first line keeps the space for short-lived objects small: an export fills whatever there is.
 */
import { enableCompileCache } from 'node:module';

// What is made here, databases and files that are imported, is for nobody but its owner.
process.umask(0o077);
// What was compiled at an earlier start is not compiled again: it takes a third off the start, and a fifth off the
// memory.
const { directory } = enableCompileCache();
// Threads inherit it only so. Without it each compiles what it loads, which costs time and 20 MB.
// biome-ignore lint/style/noProcessEnv: it is set for Node, and not read here
if (directory !== undefined) process.env.NODE_COMPILE_CACHE = directory;
const { run } = await import('./cli/program.ts');
process.exitCode = await run();
