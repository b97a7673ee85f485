// A day of Shanghai for tests that do something and then ask for what was done today.
import { setTimeout as pause } from 'node:timers/promises'
import { readableTime } from '../../../src/core/domain/reports/day-report.ts'

const dayMs = 86_400_000
const shanghaiOffsetMs = 28_800_000
/** No test file takes so long. */
const neededMs = 120_000

/** Today, yyyy-MM-dd; within two minutes of its end tomorrow, once that has begun. */
export const lastingDay = async (): Promise<string> => {
  const leftMs = dayMs - ((Date.now() + shanghaiOffsetMs) % dayMs)
  if (leftMs < neededMs) await pause(leftMs + 1)
  return readableTime(Date.now()).slice(0, 10)
}
