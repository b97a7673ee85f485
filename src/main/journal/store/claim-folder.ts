// Owns whose a data folder is: the institution of the machine that first wrote to it, kept in its journal. Tokens of further
// institutions are free; what changes with the machine's own are the channel at the center and whose orders are followed.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { institutionMark } from './journal-files.ts'
import type { Journal, Log } from '../../usecases/base/ports.ts'

/**
 * Claims the folder for an institution: one that nobody claimed, as earlier versions left it, and one to which nothing was written,
 * whatever it says: a first start with a mistyped code is no claim. Throws DATA_FOLDER_OTHER_INSTITUTION.
 */
export const claimFolder = (
  journal: Pick<Journal, 'readMark' | 'writeMark' | 'readHead'>,
  orgCodg: string,
  log: Log,
): void => {
  const claimed = journal.readMark(institutionMark)
  if (claimed === orgCodg) return
  if (claimed !== undefined && journal.readHead().seq > 0) {
    throw new AgentError('DATA_FOLDER_OTHER_INSTITUTION', { addition: `目录属于 ${claimed}, 本次为 ${orgCodg}` })
  }
  try {
    journal.writeMark(institutionMark, orgCodg)
  } catch (error) {
    // A full disk: questions are answered all the same, and the next start does it.
    log('warn', 'journal.unclaimed', { error: error instanceof AgentError ? error.code : 'unknown' })
  }
}
