// Owns the scripted faults of the HIS stub: which call goes wrong, how, and how often.
import Type, { type Static } from 'typebox'
import { createCheck } from '../../contract/check/check.ts'
import { Strict } from '../../contract/check/fields.ts'
import { hisInterfaces, refusalCodes, type BillRefusalCode, type HisInterface } from '../../contract/his-bills.ts'

const names = Object.keys(hisInterfaces) as [HisInterface, ...HisInterface[]]
const codes = Object.keys(refusalCodes) as [BillRefusalCode, ...BillRefusalCode[]]

export const HisFault = Strict({
  interface: Type.Enum(names),
  /** How many calls it touches; default 1. */
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  /** Answers late. */
  slowMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
  /** Refuses without acting. */
  refuse: Type.Optional(Type.Enum(codes)),
  /** An HTTP status without a body; `acted` (default false): whether the HIS acted before. */
  status: Type.Optional(Type.Integer({ minimum: 300, maximum: 599 })),
  acted: Type.Optional(Type.Boolean()),
  /** Acts, then destroys the connection. */
  lostReply: Type.Optional(Type.Boolean()),
})
export type HisFault = Static<typeof HisFault>

const checkFault = createCheck<HisFault>(HisFault)

export type HisFaults = {
  /** False when it is no fault that is known. */
  readonly add: (fault: unknown) => boolean
  /** The fault of this call, counted. */
  readonly take: (name: HisInterface) => HisFault | undefined
}

export const createHisFaults = (): HisFaults => {
  const faults: { fault: HisFault; left: number }[] = []
  return {
    add: (fault) => {
      const { value, faults: problems } = checkFault(fault)
      if (problems.length > 0) return false
      faults.push({ fault: value, left: value.times ?? 1 })
      return true
    },
    take: (name) => {
      const found = faults.find(({ fault, left }) => fault.interface === name && left > 0)
      if (found !== undefined) found.left -= 1
      return found?.fault
    },
  }
}
