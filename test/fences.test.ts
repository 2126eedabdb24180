// The fences between the parts of the product, checked over every source file. Each rule is also shown to bite.
// Invariant: a file may import a package or another part only where the rule of its own part lets it.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import {
  type AuditId,
  asContactId,
  asDecisionId,
  asIdentifierId,
  asInteractionId,
  asMergeId,
  asPersonId,
  asStamp,
  type ContactId,
  type DeviceId,
  type IdentifierId,
  type ItemId,
  type NoteId,
  type PersonId,
  type Stamp,
} from '../src-shared/model/ids'

const root = resolve(import.meta.dirname, '..')
const sources = ['src-main', 'src-renderer', 'src-shared']

interface Rule {
  /** Files below this path. */
  part: string
  /** Says why an import is not allowed, or nothing. `target` is a path in the repository or the name of a package. */
  refuses(target: string, file: string): string | undefined
  /** Imports that this rule must refuse, each in a file of its own. */
  breaks: readonly string[]
}

const within = (target: string, ...parts: string[]): boolean =>
  parts.some((part) => target === part || target.startsWith(`${part}/`))
const isPart = (target: string): boolean => within(target, ...sources, 'test', 'build')
const SQLITE_LIBRARY = ['src-main/sqlite/database.ts', 'src-main/sqlite/binding.ts']
const WINDOW_ONLY = ['react', 'react-dom', '@mantine', '@tabler', '@tanstack', 'recharts', 'zustand']
const NETWORK = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'fastify', 'hono', '@hono', 'undici'].flatMap(
  (name) => [name, `node:${name}`],
)

const rules: readonly Rule[] = [
  {
    part: 'src-shared',
    refuses: (target) =>
      within(target, 'src-shared', 'zod', 'rxjs', 'libphonenumber-js', 'tr46')
        ? undefined
        : 'src-shared runs anywhere: only zod, rxjs, libphonenumber-js, tr46 and itself',
    breaks: [
      "import { x } from 'node:fs'",
      "import fs from 'fs'",
      "import { app } from 'electron'",
      "import '../src-main/app'",
    ],
  },
  {
    part: 'src-main',
    refuses: (target, file) =>
      within(target, 'src-renderer', 'test', 'build', ...WINDOW_ONLY)
        ? 'src-main never imports the window’s side'
        : within(target, 'node:sqlite', 'sqlite')
          ? 'one library opens all database files, and it is another one'
          : within(target, 'better-sqlite3-multiple-ciphers') && !SQLITE_LIBRARY.includes(file)
            ? 'one place opens database files, so that one library opens them all'
            : undefined,
    breaks: [
      "import { DatabaseSync } from 'node:sqlite'",
      "import Library from 'better-sqlite3-multiple-ciphers'",
      "import { client } from '../src-renderer/bridge/hooks'",
      "import { useState } from 'react'",
      "import { Button } from '@mantine/core'",
    ],
  },
  {
    part: 'src-main/engine',
    refuses: (target) => {
      if (within(target, 'electron', 'rxdb', 'src-main/sqlite', ...NETWORK)) {
        return 'the engine imports no Electron, network, RxDB or SQLite'
      }
      if (isPart(target) && !within(target, 'src-main/engine', 'src-shared')) {
        return 'the engine knows only itself and src-shared; the rest is handed to it'
      }
      return undefined
    },
    breaks: [
      "import { app } from 'electron'",
      "import type { RxDatabase } from 'rxdb'",
      "import { openSqlite } from '../sqlite/database'",
      "import { createServer } from 'node:http'",
      "export { openStore } from '../storage'",
    ],
  },
  {
    part: 'src-main/duplicates',
    refuses: (target) =>
      isBuiltin(target) ||
      within(target, 'electron', 'rxdb', ...NETWORK) ||
      (isPart(target) && !within(target, 'src-main/duplicates', 'src-shared'))
        ? 'the matcher is usable on any table of people: no Node, no documents, no views'
        : undefined,
    breaks: [
      "import { readFileSync } from 'node:fs'",
      "import { Worker } from 'node:worker_threads'",
      "import type { Person } from '../engine/derive/person'",
      "import '../projections'",
    ],
  },
  {
    part: 'src-main/matching',
    refuses: (target) =>
      within(target, 'electron', 'rxdb', ...NETWORK) ||
      (isPart(target) &&
        !within(
          target,
          ...['matching', 'duplicates', 'engine', 'sqlite'].map((name) => `src-main/${name}`),
          'src-shared',
        ))
        ? 'matching feeds the matcher from the engine; the use cases ask it through a port of theirs'
        : undefined,
    breaks: ["import type { MatchingPort } from '../application/ports'", "import '../projections'"],
  },
  {
    part: 'src-main/import',
    refuses: (target) =>
      within(target, 'electron', 'rxdb', 'src-main/sqlite', ...NETWORK) ||
      (isPart(target) &&
        !within(target, 'src-main/import', 'src-main/files', 'src-main/engine/import-port', 'src-shared'))
        ? 'an import reads files; what a row means the engine says through its port'
        : undefined,
    breaks: ["import type { Engine } from '../engine'", "import { importJobsFor } from '../application/import-jobs'"],
  },
  {
    part: 'src-main/import/table',
    refuses: (target) =>
      within(target, ...['vcard', 'people', 'desk'].map((name) => `src-main/import/${name}`))
        ? 'a table knows cells and headers, not what is made of them'
        : undefined,
    breaks: ["import { readCards } from '../vcard/cards'", "import { judge } from '../people/person'"],
  },
  {
    part: 'src-main/import/vcard',
    refuses: (target) =>
      within(target, 'src-main/import/table', 'src-main/import/desk') ? 'cards know nothing of tables' : undefined,
    breaks: ["import { readTable } from '../table/table'"],
  },
  {
    part: 'src-main/storage',
    refuses: (target) =>
      (isPart(target) && !within(target, 'src-main/storage', 'src-main/sqlite')) || within(target, 'electron')
        ? 'the storage imports nothing from the rest of the product but what opens its files'
        : undefined,
    breaks: ["import { ScvError } from '@shared/errors'", "import { engine } from '../engine'", "import 'electron'"],
  },
  {
    part: 'src-main/sqlite',
    refuses: (target) =>
      (isPart(target) && !within(target, 'src-main/sqlite')) || within(target, 'electron', 'rxdb')
        ? 'what opens database files knows nothing of what they hold'
        : undefined,
    breaks: ["import { storageError } from '../storage/errors'", "import 'rxdb'"],
  },
  {
    part: 'src-main/database',
    refuses: (target) =>
      within(target, 'src-main/projections')
        ? 'the documents know nothing of what is derived from them: the port between is engine/document-feed.ts'
        : undefined,
    breaks: ["import type { Projections } from '../projections'"],
  },
  {
    part: 'src-main/projections/read',
    refuses: (target) =>
      within(target, 'src-main/projections/rows') ? 'who reads rows knows nothing of how they are written' : undefined,
    breaks: ["import { createApplier } from '../rows/applier'"],
  },
  {
    part: 'src-main/application',
    refuses: (target) =>
      within(target, 'electron', 'rxdb', 'src-main/sqlite', ...NETWORK) ||
      (isPart(target) && !within(target, 'src-main/application', 'src-main/engine', 'src-shared'))
        ? 'use cases know the engine and their own ports; the rest is handed to them'
        : undefined,
    breaks: [
      "import { app } from 'electron'",
      "import type { Replication } from '../replication'",
      "import type { ImportJobs } from '../import'",
      "import { reconcileHandlers } from '../handlers/reconcile'",
      "import type { ApiHost } from '../api/host'",
      "import { openApplication } from '../app'",
    ],
  },
  {
    part: 'src-main/handlers',
    refuses: (target) => {
      if (within(target, 'electron', 'rxdb', 'src-main/sqlite', ...NETWORK))
        return 'handlers import no Electron, network, RxDB or SQLite: the window’s door is thin'
      const allowed = ['handlers', 'application', 'engine', 'device'].map((name) => `src-main/${name}`)
      return isPart(target) && !within(target, 'src-shared', ...allowed)
        ? 'handlers know the use cases, the engine and the device’s own files; never the other door, nor who composes them'
        : undefined
    },
    breaks: [
      "import { dialog } from 'electron'",
      "import type { FileDialogs } from '../window/dialogs'",
      "import { openApplication } from '../app'",
      "import type { LocalApi } from '../api/service'",
      "import type { ImportJobs } from '../import'",
      "import type { SetAside } from '../replication'",
    ],
  },
  {
    part: 'src-main/api',
    refuses: (target) => {
      if (within(target, 'electron', 'rxdb', 'src-main/sqlite'))
        return 'the API imports no Electron, RxDB or SQLite: it runs without a window, over the engine'
      const allowed = ['api', 'application', 'engine', 'device'].map((name) => `src-main/${name}`)
      return isPart(target) && !within(target, 'src-shared', ...allowed)
        ? 'the API knows the use cases, the engine and the device’s own files; never the other door, nor who composes them'
        : undefined
    },
    breaks: [
      "import { app } from 'electron'",
      "import { openSqlite } from '../sqlite/database'",
      "import { openProjections } from '../projections'",
      "import type { Replication } from '../replication'",
      "import { openApplication } from '../app'",
      "import { mergeHandlers } from '../handlers/merging'",
    ],
  },
  {
    part: 'src-main/app',
    refuses: (target) =>
      within(target, 'electron', 'src-main/window', 'src-main/ipc', 'src-main/gateway')
        ? 'the application is composed without a window: entries bring theirs along'
        : undefined,
    breaks: [
      "import { app } from 'electron'",
      "import { fileDialogs } from '../window/dialogs'",
      "import { serveIpc } from '../ipc/serve'",
    ],
  },
  {
    part: 'src-main/engine/documents',
    refuses: (target) =>
      within(target, 'src-main/engine') && !within(target, 'src-main/engine/documents')
        ? 'documents know nothing of what is derived from them, or done with them'
        : undefined,
    breaks: ["import { personOf } from '../derive/person'", "import type { Runtime } from '../runtime'"],
  },
  {
    part: 'src-main/engine/derive',
    refuses: (target) =>
      within(target, 'src-main/engine') && !within(target, 'src-main/engine/derive', 'src-main/engine/documents')
        ? 'what is derived comes from documents alone; what asks the views stands above the ports'
        : undefined,
    breaks: ["import type { Views } from '../ports'", "import { resolve } from '../resolution'"],
  },
  {
    part: 'src-main/gateway',
    refuses: (target) =>
      within(target, 'electron', 'src-main/window', 'src-main/ipc')
        ? 'the gateway has no window: it runs in Electron’s Node without Electron'
        : undefined,
    breaks: ["import { app } from 'electron'", "import { fileDialogs } from '../window/dialogs'"],
  },
  {
    part: 'src-main/provision',
    refuses: (target) =>
      within(target, 'electron', 'rxdb', 'src-main/sqlite') ||
      (isPart(target) &&
        !within(target, 'src-main/provision', 'src-main/engine', 'src-main/replication/couch/protocol', 'src-shared'))
        ? 'provisioning knows the engine’s documents and roles, and what devices and servers agreed on'
        : undefined,
    breaks: ["import { app } from 'electron'", "import { openDatabase } from '../database'"],
  },
  {
    part: 'src-main/sync-server',
    refuses: (target) =>
      within(target, 'electron', 'rxdb') || (isPart(target) && !within(target, 'src-main/sync-server'))
        ? 'the stand-in server knows nothing of what it keeps'
        : undefined,
    breaks: ["import { designDocument } from '../provision/design'", "import 'rxdb'"],
  },
  {
    part: 'src-main/preload.ts',
    refuses: (target) =>
      within(target, 'electron', 'src-shared/ipc') ? undefined : 'the preload script knows only Electron and the wire',
    breaks: ["import { readFileSync } from 'node:fs'", "import { contract } from '@shared/contract'"],
  },
  {
    part: 'src-renderer',
    refuses: (target) => {
      if (isBuiltin(target) || within(target, 'electron', 'rxdb')) return 'the window never sees Electron, RxDB or Node'
      if (isPart(target) && !within(target, 'src-renderer', 'src-shared'))
        return 'the window knows only itself and src-shared'
      return undefined
    },
    breaks: [
      "import { ipcRenderer } from 'electron'",
      "import { createRxDatabase } from 'rxdb/plugins/core'",
      "import { join } from 'node:path'",
      "import path from 'path'",
      "import {\n  engine,\n} from '../src-main/engine'",
      "const { app } = require('electron')",
    ],
  },
]

/** What `text` imports, of whatever form, as written. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  return [
    ...code.matchAll(/^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm),
    ...code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm),
    ...code.matchAll(/\b(?:import|require)\s*\(\s*['"`]([^'"`]+)['"`]/g),
  ].map((match) => match[1] ?? '')
}

/** The path in the repository or the package that an import means. */
function targetOf(specifier: string, file: string): string {
  if (specifier.startsWith('@shared/')) return `src-shared/${specifier.slice('@shared/'.length)}`
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(file), specifier))
  return specifier.replace(/\?.*$/, '')
}

/** The sentences about what a file must not import. */
function broken(file: string, text: string): string[] {
  return rules
    .filter((rule) => within(file, rule.part))
    .flatMap((rule) =>
      importsOf(text).flatMap((specifier) => {
        const reason = rule.refuses(targetOf(specifier, file), file)
        return reason === undefined ? [] : [`${file} imports ${specifier}: ${reason}`]
      }),
    )
}

/** Parts that nothing but the entries, and they themselves, may import. */
const COMPOSERS: readonly { part: string; by: readonly string[] }[] = [
  { part: 'src-main/app', by: ['src-main/app', 'src-main/gateway', 'src-main/desktop.ts'] },
  { part: 'src-main/handlers', by: ['src-main/handlers', 'src-main/app', 'src-main/window'] },
  { part: 'src-main/api', by: ['src-main/api', 'src-main/app'] },
  { part: 'src-main/application', by: ['src-main/application', 'src-main/app', 'src-main/handlers', 'src-main/api'] },
]

/** The sentences about imports of a part from where it is not to be known. */
function uninvited(file: string, text: string): string[] {
  return importsOf(text).flatMap((specifier) =>
    COMPOSERS.filter(({ part, by }) => within(targetOf(specifier, file), part) && !within(file, ...by)).map(
      ({ part }) => `${file} imports ${specifier}: ${part} is not for it`,
    ),
  )
}

const files = sources.flatMap((source) =>
  readdirSync(join(root, source), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mts|js|mjs)$/.test(name))
    .map((name) => join(source, name)),
)

/** Functions of these parts have no more lines than this, counted from the first to the last. */
const LONGEST_FUNCTION: Record<string, number> = {
  'src-main': 150,
  'src-renderer': 150,
  'src-shared': 150,
  'src-main/projections': 120,
  'src-main/replication': 120,
}

/** The sentences about functions of a file that are too long, those inside of others included. */
function tooLong(file: string, text: string): string[] {
  const most = Math.min(
    ...Object.keys(LONGEST_FUNCTION).map((p) => (within(file, p) ? (LONGEST_FUNCTION[p] ?? 0) : 1e9)),
  )
  const found: string[] = []
  const look = ({ start, end }: { start: number; end: number }) => {
    const lines = text.slice(start, end).split('\n').length
    const line = text.slice(0, start).split('\n').length
    if (lines > most) found.push(`${file}:${line}: a function of ${lines} lines, of ${most} at most`)
  }
  new Visitor({
    FunctionDeclaration: look,
    FunctionExpression: look,
    ArrowFunctionExpression: look,
  }).visit(parseSync(file, text).program)
  return found
}

describe('the fences of the product', () => {
  test('hold in every source file', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(files.filter((file) => importsOf(readFileSync(join(root, file), 'utf8')).length > 0).length).toBeGreaterThan(
      10,
    )
    expect(files.flatMap((file) => broken(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
  })

  test('keep the house’s upper floors for those above them', () => {
    expect(files.flatMap((file) => uninvited(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
    for (const part of ['app', 'handlers', 'api', 'application'])
      expect(uninvited('src-main/engine/fixture.ts', `import { x } from '../${part}'`)).toHaveLength(1)
    expect(uninvited('src-main/api/routes/fixture.ts', "import { x } from '../../handlers/people'")).toHaveLength(1)
    expect(uninvited('src-main/gateway/fixture.ts', "import { x } from '../application/caller'")).toHaveLength(1)
  })

  const fixtures = rules.flatMap(({ part, breaks }) => breaks.map((line) => ({ part, line })))
  test.each(fixtures)('$part: $line is noticed', ({ part, line }) => {
    const file = part.endsWith('.ts') ? part : `${part}/fixture.ts`
    // One level up is right for the outermost parts; parts inside src-main name their neighbours.
    expect(broken(file, `// first a comment\nimport { z } from 'zod'\n${line}\n`)).not.toEqual([])
  })

  describe('texts of a kind of their own', () => {
    /** Casts to such a kind; a text becomes one in `src-shared/model/ids.ts` alone. */
    const castsIn = (text: string) =>
      text.match(
        /\bas (?:Stamp|(?:Contact|Person|Interaction|Identifier|Merge|Decision|Audit|Note|Item|Device)Id)\b/g,
      ) ?? []

    test('are made in one file', () => {
      const own = 'src-shared/model/ids.ts'
      const casts = files.flatMap((file) => castsIn(readFileSync(join(root, file), 'utf8')).map((cast) => [file, cast]))
      expect(casts.filter(([file]) => file !== own)).toEqual([])
      expect(casts.length).toBeGreaterThan(0)
      expect(castsIn('f(row.id as ContactId, x as Stamp[])')).toHaveLength(2)
    })

    test('do not pass for one another, nor a plain text for one of them', () => {
      const takesStamp = (stamp: Stamp): string => stamp
      expect(takesStamp(asStamp('a'))).toBe('a')
      // @ts-expect-error a text is no stamp until its reader has looked at it
      expect(takesStamp('a')).toBe('a')
      const documents = new Map<IdentifierId, string>([[asIdentifierId('i-1'), 'a']])
      const nameOf = (id: IdentifierId) => documents.get(id)
      expect(nameOf(asIdentifierId('i-1'))).toBe('a')
      const interaction = asInteractionId('i-1')
      // @ts-expect-error an interaction is no identifier
      expect(nameOf(interaction)).toBe('a')
      const personOf = (id: ContactId): string => id
      // @ts-expect-error an interaction is no contact
      expect(personOf(interaction)).toBe('i-1')
      const canonicalOf = (id: PersonId): string => id
      // @ts-expect-error a contact may be an ancestor
      expect(canonicalOf(asContactId('c'))).toBe('c')
      expect(personOf(asPersonId('p'))).toBe('p') // a person is a contact
      const noteOf = (id: NoteId): string => id
      // @ts-expect-error a merge is no note
      expect(noteOf(asMergeId('m'))).toBe('m')
      const settles = (id: ItemId): string => id
      // @ts-expect-error a decision is not the item that it settles
      expect(settles(asDecisionId('d'))).toBe('d')
      const trailOf = (id: DeviceId | AuditId): string => id
      // @ts-expect-error a decision is neither a device nor an entry of the trail
      expect(trailOf(asDecisionId('d'))).toBe('d')
    })
  })

  describe('actors in comments', () => {
    const PRONOUNS = /\b(?:nobody|somebody|someone|anybody|whoever|whom)\b/i
    /** Comments that stand in what is put on servers, whose text is compared: a new word there is a new version of it. */
    const KEPT = ['src-main/provision/validation', 'src-main/engine/documents/shape-check.js']
    const pronounsIn = (file: string, text: string) =>
      parseSync(file, text).comments.filter(({ value }) => PRONOUNS.test(value))

    test('have names: caller, reader, writer, agent, device, person', () => {
      const named = files.filter((file) => !within(file, ...KEPT))
      expect(
        named.flatMap((file) =>
          pronounsIn(file, readFileSync(join(root, file), 'utf8')).map(({ value }) => `${file}: ${value.trim()}`),
        ),
      ).toEqual([])
      expect(pronounsIn('fixture.ts', '/** Told by whoever\n * asks. */\nf("nobody") // to somebody')).toHaveLength(2)
    })
  })

  describe('the length of functions', () => {
    const parts = Object.entries(LONGEST_FUNCTION)
    test.each(parts)('of %s is %i lines at most', (part) => {
      const ours = files.filter((file) => within(file, part))
      expect(ours.length).toBeGreaterThan(20)
      expect(ours.flatMap((file) => tooLong(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
    })

    test.each(parts)('of %s: one of %i lines passes, and a longer one of any form is noticed', (part, most) => {
      const lines = (count: number) => 'work()\n'.repeat(count)
      const told = (text: string) => tooLong(`${part}/deep/fixture.ts`, `// first a comment\n${text}`)
      expect(told(`export function whole(a: A<string>) {\n${lines(most - 2)}}`)).toEqual([])
      const body = `{\n${lines(most - 1)}}`
      const forms = [
        `export async function whole<T>(a: T): Promise<void> ${body}`,
        `const arrow = (a: unknown) => ${body}`,
        `const o = { method() ${body} }`,
        `class C { #private(): void ${body} }`,
        `function outer() { return { get inner() ${body} } }`,
      ]
      for (const form of forms) expect(told(form).at(-1)).toContain(`:2: a function of ${most + 1} lines`)
    })
  })

  describe('circles of files and of folders, types included', () => {
    const graphOf = (...options: string[]) =>
      spawnSync(process.execPath, [join(root, 'build/import-graph.mjs'), ...options], { encoding: 'utf8' })

    test('there are none', () => {
      const graph = graphOf()
      expect(graph.stdout.split('\n').filter((line) => line.includes(' IN A CIRCLE'))).toEqual([])
      expect(graph.stdout).toMatch(/\d{3} files, 0 cycles of files, 0 of folders/)
      expect(graph.status).toBe(0)
    })

    test('one through three files is noticed', () => {
      const folder = mkdtempSync(join(tmpdir(), 'scv-circle-'))
      mkdirSync(join(folder, 'src-main/part'), { recursive: true })
      const write = (file: string, text: string) => writeFileSync(join(folder, 'src-main', file), text)
      write('a.ts', "import type { B } from './part'\nexport interface A { b: B }\n")
      write('part/index.ts', "export type { B } from './b'\n")
      write('part/b.ts', "export interface B { a: import('../a').A }\n")
      const graph = graphOf('--root', folder)
      rmSync(folder, { recursive: true })
      expect(graph.stdout).toContain('FILES IN A CIRCLE')
      expect(graph.status).toBe(1)
    })

    test('one of two folders is noticed, though no file is in one', () => {
      const folder = mkdtempSync(join(tmpdir(), 'scv-circle-'))
      const write = (file: string, text: string) => writeFileSync(join(folder, 'src-main', file), text)
      for (const part of ['a', 'b']) mkdirSync(join(folder, 'src-main', part), { recursive: true })
      write('a/upper.ts', "import { lower } from '../b/lower'\nexport const upper = lower\n")
      write('b/lower.ts', 'export const lower = 1\n')
      write('b/other.ts', "import { upper } from '../a/upper'\nexport const other = upper\n")
      const graph = graphOf('--root', folder)
      rmSync(folder, { recursive: true })
      expect(graph.stdout).toContain('FOLDERS IN A CIRCLE: src-main')
      expect(graph.stdout).toContain('0 cycles of files, 1 of folders')
      expect(graph.status).toBe(1)
    })
  })

  test('what is allowed is not refused, and comments do not count', () => {
    const text = `// import { app } from 'electron'\n/* import 'rxdb' */\nimport { z } from 'zod'\nimport type { A } from './a'\n`
    for (const part of ['src-shared', 'src-main', 'src-main/engine', 'src-main/storage', 'src-renderer']) {
      expect(broken(`${part}/fixture.ts`, text)).toEqual([])
    }
  })

  test('every form of import is found', () => {
    const forms = [
      "import a from 'a'",
      "import type { B } from 'b'",
      "import {\n  c,\n  d,\n} from 'c'",
      "import 'd'",
      "export * from 'e'",
      "export { f } from 'f'",
      "const g = await import('g')",
      "const h = require('h')",
      "type I = import('i').I",
    ]
    expect(forms.flatMap(importsOf)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])
    expect(importsOf(forms.join('\n')).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])
  })
})
