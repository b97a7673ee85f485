// Owns the index behind a list of orders by time, newest first: it reads the page it shows and nothing else.

export const ordersByUpload = `
CREATE INDEX orders_by_upload ON entries (at_ms, order_id) WHERE kind = 'intent' AND verb = 'upload' AND attempt = 1;
`
