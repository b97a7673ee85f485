// Owns why the simulated center refuses: one code and Chinese text each. Sealing a refusal is channel.ts.

/** The real center's codes are not published; these are the sandbox's own and no agent should build on them. */
export const refusalCodes = {
  badEnvelope: '10001',
  wrongAppId: '10002',
  undecipherable: '10003',
  badSignature: '10004',
  bodyTooLarge: '10005',
  badFields: '20001',
  wrongInstitution: '20002',
  orderNotFound: '30001',
  wrongToken: '30002',
  wrongPatient: '30003',
  wrongState: '30004',
  alreadyUploaded: '30005',
  differsFromUpload: '30006',
  badAuthorization: '30007',
  repeatedSerial: '30008',
  badAmounts: '30009',
  full: '90001',
  scripted: '90002',
} as const

/** A refusal of the request: thrown by the checks, sealed and sent by exchange.ts. `message` is Chinese. */
export class Refusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'Refusal'
    this.code = code
  }
}

/** Throws a Refusal of the named kind. */
export const refuse = (kind: keyof typeof refusalCodes, message: string): never => {
  throw new Refusal(refusalCodes[kind], message)
}
