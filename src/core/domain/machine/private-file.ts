// Owns what is said of a file or folder that other users of the machine can read, with the command that mends it. Pure; Windows
// has no such bits, there the installer sets rights and doctor looks at them.

const others = 0o077

/** As a shell takes it. */
const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0')

/** What is wrong with the rights, in Chinese; undefined when the owner alone has any. `mode`: as `stat` gives it. */
export const exposureOf = (path: string, mode: number, kind: 'file' | 'folder'): string | undefined =>
  (mode & others) === 0
    ? undefined
    : `${path} 的权限是 ${octal(mode)}, 其他用户也能打开, 请执行: chmod ${kind === 'file' ? '600' : '700'} ${quoted(path)}`

type Rights = { readonly mode: number; readonly uid: number; readonly gid: number }

const [groupWrites, anybodyWrites, sticky] = [0o020, 0o002, 0o1000]

/** Everybody, or a group of users: one of administrators (0), or the owner's own of his number, is no other. */
export const othersMayWrite = ({ mode, uid, gid }: Rights): boolean =>
  (mode & anybodyWrites) !== 0 || ((mode & groupWrites) !== 0 && gid !== 0 && gid !== uid)

/** What is wrong with a file that others may read and must not write, in Chinese. */
export const writableByOthers = (path: string, rights: Rights): string | undefined =>
  othersMayWrite(rights)
    ? `${path} 的权限是 ${octal(rights.mode)}, 其他用户能改写, 请执行: chmod go-w ${quoted(path)}`
    : undefined

/** Whether others can put a file in the place of ours: in a sticky folder none may rename or take away what is not his. */
export const othersMayReplaceIn = (folder: Rights): boolean => othersMayWrite(folder) && (folder.mode & sticky) === 0

/** What is wrong with a folder in which others can put a file in the place of ours, in Chinese; undefined when nobody can. */
export const replaceableIn = (folder: string, rights: Rights): string | undefined =>
  othersMayReplaceIn(rights)
    ? `${folder} 的权限是 ${octal(rights.mode)}, 其他用户能换掉其中的文件, 请执行: chmod go-w ${quoted(folder)}`
    : undefined

/** What is wrong with the owner, in Chinese. */
export const foreignOwnerOf = (path: string, owner: number, own: number): string | undefined =>
  owner === own
    ? undefined
    : `${path} 属于另一个系统用户 (uid ${owner}), 本程序的用户是 uid ${own}; 请换一个目录, 或执行: chown -h ${own} ${quoted(path)}`
