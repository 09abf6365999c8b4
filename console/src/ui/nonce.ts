import { setNonce } from 'get-nonce';

/** The nonce by which the Content-Security-Policy of this page allows style elements. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';

// For the style that keeps the page from scrolling behind a dialog.
setNonce(nonce);
