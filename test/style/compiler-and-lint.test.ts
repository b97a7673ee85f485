// Proves that the compiler and the linter bite: a wrong global in pure code, an SM algorithm of node:crypto, an any.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { ESLint } from 'eslint'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'mip-agent-style-'))
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

const compile = (configuration: string, text: string): readonly string[] => {
  const file = join(folder, `${configuration}.ts`)
  writeFileSync(file, text)
  const { config } = ts.readConfigFile(join(root, configuration), (path) => ts.sys.readFile(path)) as { config: object }
  const parsed = ts.parseJsonConfigFileContent({ ...config, include: [], files: [file] }, ts.sys, root)
  const program = ts.createProgram([file], { ...parsed.options, noEmit: true })
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

describe('compiler', () => {
  it('code of domain and use cases has neither Node nor a browser', () => {
    assert.match(compile('tsconfig.pure.json', 'export const id = process.pid\n').join(), /Cannot find name 'process'/)
    assert.match(
      compile('tsconfig.pure.json', 'export const page = document.title\n').join(),
      /Cannot find name 'document'/,
    )
    assert.match(
      compile('tsconfig.pure.json', 'setTimeout(() => undefined, 1)\n').join(),
      /Cannot find name 'setTimeout'/,
    )
  })
  it('pages have no Node and the agent has no browser', () => {
    assert.match(compile('tsconfig.web.json', 'export const id = process.pid\n').join(), /Cannot find name 'process'/)
    assert.match(compile('tsconfig.json', 'export const page = document.title\n').join(), /Cannot find name 'document'/)
  })
  it('syntax that type stripping cannot erase is refused', () => {
    assert.match(compile('tsconfig.json', 'export enum Colour { Red }\n').join(), /erasableSyntaxOnly/)
  })
})

// With CI set the parser would read every file from the disk once and not see the text given here.
const overrideConfig = {
  files: ['**/*.ts'],
  languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } },
}

const lint = async (file: string, text: string): Promise<readonly string[]> => {
  const [result] = await new ESLint({ cwd: root, overrideConfig }).lintText(text, { filePath: join(root, file) })
  return result?.messages.map(({ ruleId, message }) => `${ruleId ?? 'parse'}: ${message}`) ?? []
}

describe('linter', () => {
  it('SM algorithms of node:crypto are refused in the product', async () => {
    const text = "import { createHash } from 'node:crypto'\nexport const digest = createHash('sm3').digest()\n"
    assert.match((await lint('src/main/http/transport.ts', text)).join(), /SM2, SM3 and SM4 come from gm/)
  })
  it('any, console and an unawaited promise are refused in the product', async () => {
    const text = 'export const f = (a: any) => { console.log(a); void 0; Promise.reject(new Error()) }\n'
    const found = (await lint('src/main/http/transport.ts', text)).join()
    for (const rule of ['no-explicit-any', 'no-console', 'no-floating-promises']) assert.match(found, new RegExp(rule))
  })
})
