// Owns an HTTP answer as the text that goes onto the connection, for requests that Node's parser refuses and so makes no response
// for. What it says is its caller's.

/** The whole answer, after which the connection is closed. `phrase`: the status in words; `body`: JSON, of `bodyBytes` in UTF-8. */
export const rawAnswer = (status: number, phrase: string, body: string, bodyBytes: number): string =>
  [
    `HTTP/1.1 ${status} ${phrase}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${bodyBytes}`,
    'cache-control: no-store',
    'connection: close',
    '',
    body,
  ].join('\r\n')
