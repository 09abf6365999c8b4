import { useElementSize } from '@mantine/hooks';
import { type ColumnId, widths } from './columns.tsx';

const SELECT_PX = 44;
const EDGE_PX = 32;

/** As many of the chosen columns as fit the width of the list; always the name. */
export function useFittingColumns(chosen: readonly ColumnId[]) {
  const { ref, width } = useElementSize();
  let left = width - SELECT_PX - EDGE_PX - widths.name[0];
  const fitting: ColumnId[] = ['name'];
  for (const id of chosen) {
    if (id === 'name') continue;
    left -= widths[id][0];
    if (left < 0) break;
    fitting.push(id);
  }
  const tracks = fitting.map((id) => `minmax(${widths[id][0]}px, ${widths[id][1]}fr)`);
  return { ref, fitting, template: [`${SELECT_PX}px`, ...tracks].join(' ') };
}
