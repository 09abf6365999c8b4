import { setNonce } from 'get-nonce';

/** What the Content-Security-Policy of this page allows style elements by. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';

// For the style that keeps the page from scrolling behind a dialog.
setNonce(nonce);
