// Owns where the log stands: its folder in the data folder, and its files, so that writer and readers name the same.
import { join } from 'node:path'

export const rotatedFiles = 5

export const logFolderOf = (dataDir: string): string => join(dataDir, 'log')

export const nameOfLogFile = (index: number): string => (index === 0 ? 'agent.log' : `agent.${index}.log`)

/** The newest first. */
export const logFileNames: readonly string[] = Array.from({ length: rotatedFiles + 1 }, (_, index) =>
  nameOfLogFile(index),
)
