// Owns what doctor can find: each check's title, whom to call, and for each result its state and its remedy. Pure data; what is
// looked at and how is in the files beside it. docs/doctor.zh-CN.md is made of this.
import { centerChecks } from './center-check-table.ts'
import { libraryChecks } from './library-check-table.ts'
import { machineChecks } from './machine-check-table.ts'

/** In the order in which they are shown: each rests on those before it. */
export const checkTable = { ...machineChecks, ...libraryChecks, ...centerChecks } as const

export type CheckId = keyof typeof checkTable

/** What a check found: one of the results of its row, and what was seen. */
export type FindingOf<Id extends CheckId> = {
  readonly id: Id
  readonly result: keyof (typeof checkTable)[Id]['results'] & string
  readonly detail: string
  readonly fingerprint?: string
}
export type Finding = { [Id in CheckId]: FindingOf<Id> }[CheckId]

export const find = <Id extends CheckId>(id: Id, result: FindingOf<Id>['result'], detail = ''): FindingOf<Id> => ({
  id,
  result,
  detail,
})
