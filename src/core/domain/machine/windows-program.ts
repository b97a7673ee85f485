// Owns where the programs and libraries of Windows itself are. By their names alone another one could be found first. Pure.

/** The absolute path of a file below Windows' System32 folder; `environment` says where Windows is. */
export const windowsProgram = (name: string, environment: Readonly<Record<string, string | undefined>>): string =>
  `${environment['SystemRoot'] ?? 'C:\\Windows'}\\System32\\${name}`
