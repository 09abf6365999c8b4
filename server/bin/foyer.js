#!/usr/bin/env -S node --max-semi-space-size=4
/**
 * The `foyer` command. It is no TypeScript, so that the compile cache is open before the first file that is: to read
 * one that is not in it, Node loads a compiler, which takes a fifth of the time of a command.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('../src/main.ts');
