// The content security policy of the page, in one place for the built page (a meta element) and the session (a header).
// Invariant: no script but the product's own files runs, and the page reaches no network at all: data comes over IPC.

/**
 * The policy of the built page. Styles may be inline because Mantine, and the scroll lock beneath its dialogs, insert
 * style elements at run time; with a static page a nonce would be public and so protect nothing.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** The same for a response header, where framing can be refused as well (a meta element ignores that directive). */
export const HEADER_POLICY = `${PAGE_POLICY}; frame-ancestors 'none'`
