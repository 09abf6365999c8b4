/** The findings as tables for people. Pure. */
import type { Finding } from './large.ts';
import type { Comparison } from './scenarios.ts';

export function comparisonTable(comparisons: readonly Comparison[]): string {
  const head = ['', 'ceiling', 'foyer', 'ratio', 'aim', '', 'ceiling CPU', 'foyer CPU'];
  const rows = comparisons.map(({ scenario, ceiling, foyer, ratio, aim }) => {
    const isExport = scenario === 'export';
    const speed = (value: number) => (isExport ? `${(value / 1e6).toFixed(1)} MB/s` : `${grouped(value)}/s`);
    const cpu = (value: number) => (isExport ? `${(value / 1e6).toFixed(2)} s` : `${value.toFixed(0)} µs`);
    return [
      scenario,
      speed(ceiling.speed),
      speed(foyer.speed),
      ratio.toFixed(2),
      `≥ ${aim}`,
      verdict(ratio >= aim),
      cpu(ceiling.cpuMicroseconds),
      cpu(foyer.cpuMicroseconds),
    ];
  });
  return table([head, ...rows]);
}

export function findingTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ what, value, unit, aim }) => {
    const shown = `${value.toFixed(value < 100 ? 2 : 0)} ${unit}`;
    if (aim === undefined) return [what, shown, '', ''];
    return 'most' in aim
      ? [what, shown, `≤ ${aim.most} ${unit}`, verdict(value <= aim.most)]
      : [what, shown, `≥ ${aim.least} ${unit}`, verdict(value >= aim.least)];
  });
  return table([['', 'measured', 'aim', ''], ...rows]);
}

const grouped = (value: number): string => Math.round(value).toLocaleString('en');
const verdict = (isReached: boolean): string => (isReached ? 'reached' : 'missed');

/** The first column left-aligned, the others right-aligned. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n');
}
