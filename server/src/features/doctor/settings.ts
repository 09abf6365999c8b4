/** What is wrong with settings, ours and those of PostgreSQL. Pure. */
import type { Config } from '../../config.ts';
import type { Finding } from './finding.ts';

const DAYS_AWAY = 7;

/** Settings that hurt, whatever the database. */
export function settingsFindings({ historyDays, logLevel, publicUrl, trustedProxies }: Config): Finding[] {
  const findings: Finding[] = [];
  const tell = (what: string, advice: string) => findings.push({ check: 'settings', what, advice });
  if (historyDays < DAYS_AWAY)
    tell(
      `HISTORY_DAYS is ${historyDays}`,
      `Whoever is away for longer gets 410 from the feed, and a weekend is ${DAYS_AWAY - 4} days: set more.`,
    );
  if (logLevel === 'silent' || logLevel === 'fatal')
    tell(`LOG_LEVEL is ${logLevel}`, 'Nobody hears of faults: set it to info, or to warn.');
  if (publicUrl?.startsWith('https:') && trustedProxies === false)
    tell(
      'PUBLIC_URL is https, so that a proxy stands before the service, and TRUST_PROXY is off',
      'All attempts to sign in count for the address of the proxy: set TRUST_PROXY=1.',
    );
  return findings;
}

interface PostgresState {
  readonly role: { readonly name: string; readonly passes: boolean; readonly owns: boolean };
  readonly openTables: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}

/** What PostgreSQL itself says. */
export function postgresFindings({ role, openTables, settings }: PostgresState, connections: number): Finding[] {
  const findings: Finding[] = [];
  const tell = (what: string, advice: string) => findings.push({ check: 'settings', what, advice });
  if (role.passes || role.owns)
    tell(
      `the role ${role.name} ${role.passes ? 'passes row-level security' : 'owns the tables'}`,
      'The wall between clients does not hold for it: use the two roles of docs/postgres-roles.sql.',
    );
  if (openTables.length > 0)
    tell(
      `row-level security is off for ${openTables.join(', ')}`,
      'Turn it on, and force it: docs/postgres-roles.sql.',
    );
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    if (settings[name] === 'off')
      tell(`${name} is off`, 'What was answered with a 2xx may be lost with the power: turn it on.');
  }
  if (connections > Number(settings.max_connections))
    tell(
      `DATABASE_CONNECTIONS is ${connections}, and PostgreSQL takes ${settings.max_connections}`,
      'Set fewer, or raise max_connections.',
    );
  return findings;
}
