import { useEffect, useState } from 'react';
import { applyChanges } from './apply.ts';
import { Stream } from './stream.ts';

/** Follows what others do while the page is visible; returns whether the connection is up. */
export function useLive(client: string): boolean {
  const [isConnected, setConnected] = useState(true);
  useEffect(() => {
    const stream = new Stream(client, {
      onChanges: (changes) => applyChanges(client, changes),
      onConnected: setConnected,
    });
    return () => stream.close();
  }, [client]);
  return isConnected;
}
