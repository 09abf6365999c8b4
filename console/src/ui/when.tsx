import { Tooltip } from '@mantine/core';
import { sayExactTime, sayTime, type Telling } from './time.ts';

/** A time as people say it; the exact one on hover and focus. */
export const When = ({ time, telling }: { time: string; telling: Telling }) => (
  <Tooltip label={sayExactTime(time, telling)} events={{ hover: true, focus: true, touch: true }}>
    <time dateTime={time}>{sayTime(time, telling)}</time>
  </Tooltip>
);
