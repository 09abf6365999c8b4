/** Readers for values that several settings share. */
import { ConfigError } from './config-error.ts';

/** Reads a setting from the environment; one that is not set, or is wrong, gets the fallback. */
export type Setting = <T>(name: string, fallback: T, parse: (text: string) => T) => T;

export const readPort =
  (name: string) =>
  (text: string): number => {
    const port = Number(text);
    if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
    throw new ConfigError(`${name} is "${text}"; give a number from 0 to 65535.`);
  };

/** `on` or `off`. */
export const readSwitch =
  (name: string) =>
  (text: string): boolean => {
    if (text === 'on' || text === 'off') return text === 'on';
    throw new ConfigError(`${name} is "${text}"; give on or off.`);
  };
