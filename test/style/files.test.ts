// Holds the files themselves to the house rules: how they open, how long they are, and that generated documents are fresh.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { makeDocuments } from '../../scripts/docs/write-docs.ts'
import { errorTable } from '../../src/core/domain/errors/error-table.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = globSync('{src,scripts,examples,bench,evidence}/**/*.{ts,vue}', { cwd: root }).toSorted()
const atMostLines = 300
const atMostFiles = 15

describe('source files', () => {
  it('there are some', () => {
    assert.ok(sources.length > 100)
  })
  it('each opens by saying what it owns', () => {
    const silent = sources.filter((path) => !/^(\/\/|<!--) /.test(read(path)))
    assert.deepEqual(silent, [])
  })
  it(`none is longer than ${atMostLines} lines`, () => {
    const long = sources.filter((path) => read(path).split('\n').length > atMostLines + 1)
    assert.deepEqual(long, [])
  })
  it('each program loads forbid-debugger.ts before anything else', () => {
    const programs = read('scripts/build/build.ts').match(/src\/main\/programs\/[\w-]+\/[\w-]+\.ts/g) ?? []
    assert.equal(programs.length, 4)
    const open = programs.filter((path) => /^import .*/m.exec(read(path))?.[0] !== "import '../forbid-debugger.ts'")
    assert.deepEqual(open, [])
  })
  it('names are kebab-case and say what the file is', () => {
    const odd = sources.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*([.]test|[.]d)?[.](ts|vue)$/.test(basename(path)))
    assert.deepEqual(odd, [])
    const vague = sources.filter((path) => /(^|[/-])(utils?|helpers?|common|manager|misc)([/.-])/.test(path))
    assert.deepEqual(vague, [])
  })
  it(`no folder holds more than ${atMostFiles} of them side by side`, () => {
    const counts = new Map<string, number>()
    for (const path of globSync('{src,scripts,examples,bench,evidence,test}/**/*.{ts,vue,css}', { cwd: root })) {
      const folder = dirname(path)
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
    assert.deepEqual(
      [...counts].filter(([, count]) => count > atMostFiles),
      [],
    )
  })
  it('nothing is left for later', () => {
    const left = sources.filter((path) => /\b(TODO|FIXME|XXX)\b|@ts-ignore|@ts-expect-error/.test(read(path)))
    assert.deepEqual(left, [])
  })
})

/** A file that a comment or a document names, with as many of its folders as it pleases. */
const namedFile =
  /(?<![\w@/.\-*{<])((?:\.{1,2}\/)?(?:[\w.-]+\/)*[a-z][\w.-]*\.(?:ts|vue|mjs|cjs|css|c|h|yml))(?![\w*(-])/g

describe('documents', () => {
  it('every source file that a comment or a document names is there', () => {
    const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
    const there = new Set(files.flatMap((path) => path.split('/').map((_, at, parts) => parts.slice(at).join('/'))))
    const gone: string[] = []
    for (const path of files.filter((name) => /\.(ts|vue|mjs|md|yml)$/.test(name) && existsSync(join(root, name)))) {
      const lines = read(path).split('\n')
      const texts = /\.(md|yml)$/.test(path) ? lines : lines.filter((line) => /^\s*(\/\/|\/?\*)/.test(line))
      for (const [, name = ''] of texts.join('\n').matchAll(namedFile)) {
        if (!there.has(name.replace(/^(\.{1,2}\/)+/, ''))) gone.push(`${path}: ${name}`)
      }
    }
    assert.deepEqual(gone, [])
  })
  it('every decision says its number, its date and whether it stands', () => {
    const odd = globSync('docs/adr/*.md', { cwd: root }).filter((path) => {
      const [, number = ''] = /(\d+)-[a-z0-9-]+[.]md$/.exec(path) ?? []
      const form = `# ${Number(number)}\\. .+\\n\\nDate: \\d{4}-\\d{2}-\\d{2}\\. Status: (accepted|superseded by \\d+)\\.\\n`
      return !new RegExp(`^${form}`).test(read(path))
    })
    assert.deepEqual(odd, [])
  })
  for (const [name, text] of Object.entries(makeDocuments())) {
    it(`${name} is what npm run docs makes`, () => {
      assert.equal(read(name), text)
    })
  }
  it('docs/errors.md and the error table name the same codes', () => {
    const named = [...read('docs/errors.md').matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, code]) => code)
    assert.deepEqual(named.toSorted(), Object.keys(errorTable).toSorted())
  })
  it('the example configuration is a complete one', () => {
    const example = JSON.parse(read('examples/config.example.json')) as Record<string, unknown>
    assert.deepEqual(Object.keys(example).toSorted(), [
      'api',
      'center',
      'dataDir',
      'environment',
      'orders',
      'orgCodg',
      'voucher',
    ])
  })
  it('every link between documents leads somewhere', () => {
    const documents = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })]
    const broken = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)]
        .map(([, link]) => join(document, '..', link ?? ''))
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${document}: ${path}`),
    )
    assert.deepEqual(broken, [])
  })
  it('both READMEs carry the two commands, each directly under its marker', () => {
    for (const name of ['README.md', 'README.zh-CN.md']) {
      assert.match(read(name), /<!-- run -->\n```sh\nnpm ci && npm run demo\n```/)
      assert.match(read(name), /<!-- test -->\n```sh\nnpm ci && npm test\n```/)
    }
  })
})

describe('repository', () => {
  it('the lock file records no download address', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved": "http/)
  })
  // The samples of a release are made by scripts/ from invented orders, with keys made for them alone.
  it('no secret-looking file is tracked but the samples of releases', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')
    assert.deepEqual(
      tracked.filter((path) => /\.(key|pem|p12|pfx|db|sqlite)$/.test(path) && !path.startsWith('test/compat/')),
      [],
    )
  })
})
