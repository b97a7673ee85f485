// Owns what a page of ours may do, as headers: whoever serves the pages (the agent, the desktop) sends these.

/**
 * Nothing from outside, no inline script or style, no frame around the page, and HTML only from the framework's own
 * templates. `connect`: the sources a page may call, 'self' where the agent itself serves it.
 */
export const pageHeaders = (connect: string): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types vue',
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
})
