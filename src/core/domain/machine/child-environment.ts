// Owns what a child process gets of the environment: a list of what is let through, since a secret may be in any other variable
// ({"env": NAME} in the configuration), and a vendor's library runs in such a child. Pure.

type Environment = Readonly<Record<string, string | undefined>>

/** Where things are, whose session it is, which language: what a program of the system needs to run at all. */
const passed = new Set(
  [
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TZ', 'TMPDIR'],
    ...['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_COLLATE', 'LC_MESSAGES', 'LC_MONETARY', 'LC_NUMERIC', 'LC_TIME'],
    // A vendor's library may show a window, and a helper may ask for a password in one.
    ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'XDG_SESSION_TYPE', 'DBUS_SESSION_BUS_ADDRESS'],
    ...['SystemRoot', 'windir', 'SystemDrive', 'ComSpec', 'PATHEXT', 'OS', 'TEMP', 'TMP'],
    ...['USERPROFILE', 'USERNAME', 'USERDOMAIN', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'PUBLIC'],
    ...['ProgramData', 'ALLUSERSPROFILE', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432'],
    ...['CommonProgramFiles', 'CommonProgramFiles(x86)', 'CommonProgramW6432'],
    ...['COMPUTERNAME', 'SESSIONNAME', 'LOGONSERVER', 'NUMBER_OF_PROCESSORS'],
    ...['PROCESSOR_ARCHITECTURE', 'PROCESSOR_ARCHITEW6432', 'PROCESSOR_IDENTIFIER'],
  ].map((name) => name.toUpperCase()),
)

/** Whether every child gets the variable, so that no secret may be in it. Windows does not tell names apart by their case. */
export const isPassedToChildren = (name: string): boolean => passed.has(name.toUpperCase())

/** The environment of a child process: what is on the list, and `more`, which goes before it. */
export const childEnvironment = (
  environment: Environment,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isPassedToChildren(entry[0]),
  )
  return { ...Object.fromEntries(kept), ...more }
}
