// Owns the Content-Security-Policy of the pages, wherever they are served: nothing but their own files, nothing inline, no
// outside host; only the agent may be called.

/** `agentUrls`: addresses of the agent where the page's own origin is another one (the desktop's app://). */
export const pagePolicy = (agentUrls: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...agentUrls].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
