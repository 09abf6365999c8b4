/** Connections for webhooks, to allowed addresses only. */
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { WebhookConfig } from '../../config.ts';
import { isPublic, PORT_0, publicLookup, RefusedAddress, refused } from './address.ts';

/**
 * Makes connections to allowed addresses. The address that was checked is the one that is connected to: a name that
 * resolves differently a moment later gains nothing by it.
 */
export function guardedConnector(config: WebhookConfig, timeout: number): buildConnector.connector {
  const lookup = config.allowPrivate ? {} : { lookup: publicLookup };
  const connect = buildConnector({ timeout, allowH2: false, ...lookup });
  return (options, callback) => {
    if (options.port === '0') return callback(new RefusedAddress(PORT_0), null);
    if (config.allowPrivate) return connect(options, callback);
    const host = options.hostname.replace(/^\[|\]$/g, '');
    // A literal address is not resolved, so that the lookup does not see it.
    if (isIP(host) !== 0 && !isPublic(host)) return callback(refused(host), null);
    connect(options, callback);
  };
}
