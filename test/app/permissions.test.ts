// The same question gets the same permission check through both doors: one table, asked through the window's contract and
// over HTTP, by callers who lack one permission, who have just what is needed, and who have a single one. Over HTTP about people
// who are there: an answer tells nothing of them to a token that may not view them.
import { BehaviorSubject, firstValueFrom, NEVER, of, Subject, timeout } from 'rxjs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAccess } from '../../src-main/application/access'
import { auditPages } from '../../src-main/application/audit-trail'
import { callerFor } from '../../src-main/application/caller'
import { duplicateList } from '../../src-main/application/duplicate-list'
import { importJobsFor } from '../../src-main/application/import-jobs'
import { createIncomingFeed } from '../../src-main/application/incoming-feed'
import type { ImportJobsPort, MatchingPort, SetAsidePort, SyncPort } from '../../src-main/application/ports'
import { reconcileList } from '../../src-main/application/reconcile-list'
import { syncControl } from '../../src-main/application/sync-control'
import { createChosenFiles } from '../../src-main/device/chosen-files'
import { type Actor, PERMISSIONS, type Permission } from '../../src-main/engine/permissions'
import { createExportJobs } from '../../src-main/export/jobs'
import { createSubjectPrinter } from '../../src-main/export/subject-printer'
import { windowHandlers } from '../../src-main/handlers'
import { createDispatcher, type Dispatcher } from '../../src-main/ipc/dispatch'
import { contract } from '../../src-shared/contract'
import type { Settings } from '../../src-shared/contract/app'
import { ScvError } from '../../src-shared/errors'
import { asDeviceId } from '../../src-shared/model/ids'
import { openApi, SECRET, type TestApi } from '../support/api'
import { type MemoryDevice, openDevice } from '../support/device'
import { QUESTIONS, type Question, type Short } from './permission-table'
import { CONFIDENTIAL, inWorld, newWorld, type World } from './permission-world'

const SETTINGS: Settings = {
  defaultRegion: 'AU',
  retentionDays: 60,
  userName: 'x',
  workSignedOut: false,
  lockWithSystem: true,
  announce: 'channel',
  badge: true,
  tray: true,
}

const full = (short: Short) => `externalContacts:${short}` as Permission
const SHORTS = PERMISSIONS.map((one) => one.slice('externalContacts:'.length) as Short)

/** Permissions to read what is no contact. */
const READERS: readonly Short[] = ['conversation:viewAll', 'session:view']

/** Whether exactly these permissions suffice for a question. */
const suffice = ({ needs, either }: Question, has: readonly Short[]) =>
  needs.every((one) => has.includes(one)) && (either === undefined || either.some((one) => has.includes(one)))

/**
 * Sets of permissions to ask with: none, just what is needed in each way, all, and all but what must be missing. What a
 * question does not need is absent from what is just enough; what it needs is made up for by no others, all of them together;
 * and what may not be read is told to no one who lacks just that.
 */
function trials({ needs, either = [] }: Question): Short[][] {
  const just = either.length > 0 ? either.map((one) => [...needs, one]) : [[...needs]]
  const missing = [...needs.map((one) => [one]), either, READERS, [...READERS, 'contact:view'] as const]
  const allBut = missing.map((lacked) => SHORTS.filter((one) => !lacked.includes(one)))
  const sets = [[], ...just, [...SHORTS], ...allBut.filter(({ length }) => length < SHORTS.length)]
  return [...new Map(sets.map((set) => [set.join(), set])).values()]
}

describe('through the window', () => {
  let device: MemoryDevice
  let dispatcher: Dispatcher
  let actor: Actor
  const unknown = () => {
    throw new ScvError('not_found', 'There is none.')
  }

  beforeAll(async () => {
    device = await openDevice()
    const { engine } = device
    const caller = callerFor(engine, () => actor)
    const setAside: SetAsidePort = {
      list: async () => ({ total: 0, items: [] }),
      get: async () => undefined,
      count: () => 0,
      changes$: new Subject(),
      retry: unknown,
      drop: unknown,
    }
    const done = async () => undefined
    const sync = {
      status$: new BehaviorSubject({
        state: 'off',
        server: null,
        user: null,
        signedOut: false,
        passwordKept: null,
        collections: [],
        firstSync: null,
        lastExchange: null,
        nextAttempt: null,
        clockOffset: null,
      }),
      connect: done,
      signIn: done,
      signOut: done,
      pause: done,
      resume: done,
      tryNow: () => undefined,
      keychainAvailable: () => false,
      isPassword: () => undefined,
    } as unknown as SyncPort
    const desk: ImportJobsPort = {
      targets: async () => [],
      open: unknown,
      plan: unknown,
      run: unknown,
      cancel: unknown,
      firstRows: unknown,
      state$: unknown,
      report: unknown,
      saveReport: unknown,
      doubles$: unknown,
      choose: unknown,
      undo: unknown,
      undoState$: unknown,
      discard: unknown,
    }
    const matching: MatchingPort = {
      state$: new BehaviorSubject({ phase: 'ready' as const, people: 0, clusters: [], aside: [], completed: null }),
      start: () => undefined,
      rescan: () => undefined,
      cancel: () => undefined,
      like: async () => [],
      explain: async () => undefined,
      textOf: () => '',
      alikenessOf: () => 'equal',
    }
    const handlers = windowHandlers({
      engine,
      caller,
      access: createAccess({
        person: () => actor,
        seat: () => ({ user: null, signedOut: false }),
        worksSignedOut: () => false,
        changes$: NEVER,
        locked: { read: () => false, save: () => undefined },
        isPassword: () => undefined,
        now: () => device.time.now,
      }),
      now: () => device.time.now,
      device: {
        dataDir: 'x',
        version: 'x',
        licenceFiles: [],
        managed: null,
        file$: new BehaviorSubject({
          deviceId: asDeviceId('testdevice'),
          started: true as boolean,
          settings: SETTINGS,
        }),
        save: () => undefined,
      },
      organisation: { defaultRegion$: of(undefined) },
      chosenFiles: createChosenFiles(),
      dialogs: {
        chooseImportFile: async () => undefined,
        chooseReportFile: async () => '/no/such/folder/report.csv',
        chooseExportFile: async () => '/no/such/folder/export.csv',
      },
      showLog: done,
      reconcile: reconcileList(engine, setAside, caller),
      duplicates: duplicateList(engine, matching, caller, () => 'AU'),
      sync,
      syncControl: syncControl(sync, setAside, caller),
      imports: importJobsFor(desk, engine, caller),
      exports: createExportJobs({ ...caller.queries, auditPages: () => auditPages(caller) }),
      subjectPrinter: createSubjectPrinter(),
      openOutside: async () => undefined,
      drafts: { mine$: () => of({ user: null, drafts: [] }), keep: () => undefined, end: () => undefined },
      opening$: of(null),
      incoming: createIncomingFeed(engine, { all: () => [], save: () => undefined }, () => device.time.now),
      localApi: {
        status$: of({ enabled: false, address: null, port: 7070, tokens: [] }),
        enable: done,
        createToken: () => ({ id: 'x', secret: 'x' }),
        revokeToken: unknown,
      },
      loadSample: async () => ({ contacts: 0, interactions: 0, region: 'AU' }),
      views: { status$: of({ answers: true }), rebuild: done },
    })
    dispatcher = createDispatcher(contract, handlers, { checkOutput: true, log: (message) => said.push(message) })
  })
  const said: string[] = []
  afterAll(async () => {
    await device.close()
    expect(said.filter((line) => !/unexpectedly/.test(line))).toEqual([])
  })

  /** The code of the refusal, with the permission where it is one. */
  async function ask(name: string, input: object): Promise<string> {
    const context = { signal: new AbortController().signal }
    if (contract[name as keyof typeof contract].kind !== 'live') {
      const answer = await dispatcher.answer(name, input, context)
      return answer.ok ? 'ok' : answer.error.code
    }
    return firstValueFrom(
      dispatcher.open(name, input, context).pipe(timeout({ first: 5_000, with: () => NEVER })),
    ).then(
      () => 'ok',
      (error: ScvError) => error.code,
    )
  }

  const calls = QUESTIONS.flatMap((question) =>
    (question.window ?? []).map(([name, input]) => ({ name, input, question })),
  )

  test('every command, query and live query of the contract stands in the table', () => {
    expect([...new Set(calls.map(({ name }) => name))].sort()).toEqual(Object.keys(contract).sort())
  })

  test.each(calls)('$name $input', async ({ name, input, question }) => {
    for (const has of trials(question)) {
      actor = { id: 'ann', permissions: new Set(has.map(full)) }
      const code = await ask(name, input)
      expect({ has, refused: code === 'forbidden', code }).toMatchObject({ refused: !suffice(question, has) })
    }
  })
})

describe('over HTTP', () => {
  let api: TestApi
  const secrets = new Map<string, string>()
  beforeAll(async () => {
    api = await openApi()
  })
  afterAll(async () => {
    await api.close()
    expect(api.defects).toEqual([])
  })

  async function secretOf(has: readonly Short[]): Promise<string> {
    const key = has.join()
    const known = secrets.get(key) ?? (await api.tokenWith(...has.map(full)))
    secrets.set(key, known)
    return known
  }

  const routes = QUESTIONS.flatMap((question) =>
    (question.http ?? []).map(([method, path, body]) => ({ method, path, body, question })),
  )

  test('every route that is described stands in the table', async () => {
    const { body } = await api.request('GET', '/openapi.json')
    const described = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const asRoute = (path: string) => path.replace(/\?.*$/, '').replace(/\/reconcile\/[^/]+$/, '/reconcile/{itemId}')
    const listed = new Set(routes.map(({ method, path }) => `${method} ${asRoute(path)}`))
    expect(described.filter((one) => !listed.has(one))).toEqual([])
    expect([...listed].filter((one) => !described.includes(one))).toEqual([])
  })

  /** Kept for as long as all are refused. */
  let world: World | undefined

  test.each(routes)('$method $path', async ({ method, path, body, question }) => {
    const here = world ?? (await newWorld(api))
    world = here
    const at = inWorld(path, here, encodeURIComponent)
    // Refusals first, and single permissions before many: what is let in may change what the next request finds.
    const inOrder = trials(question).sort(
      (a, b) => Number(suffice(question, a)) - Number(suffice(question, b)) || a.length - b.length,
    )
    for (const has of inOrder) {
      const isLetIn = suffice(question, has)
      const given = typeof body === 'function' ? body() : body
      const sent = given === undefined ? undefined : JSON.parse(inWorld(JSON.stringify(given), here))
      const authorization = `Bearer ${await secretOf(has)}`
      const answer = await api.request(method, at, sent, { authorization })
      expect({ has, refused: answer.status === 403, status: answer.status, body: answer.body }).toMatchObject({
        refused: !isLetIn,
      })
      if (answer.status === 403)
        expect(question.needs.concat(question.either ?? []).map(full)).toContain(answer.body.messageParams.permissions)
      // Who may read conversations or sessions reads what was said in them.
      const mayRead = has.includes('contact:view') || has.some((one) => READERS.includes(one))
      if (mayRead && isLetIn) continue
      const isTold =
        JSON.stringify(answer.body ?? null).includes(CONFIDENTIAL) &&
        !JSON.stringify(sent ?? null).includes(CONFIDENTIAL)
      expect({ has, told: isTold ? answer.body : false }).toEqual({ has, told: false })
    }
    if (method !== 'GET') world = undefined
  })

  describe('an answer for a token that may not view contacts', () => {
    const NAME = 'Planted'
    let id: string
    let other: string
    let n = 0
    const post = async (path: string, body: unknown, secret = SECRET) =>
      api.request('POST', path, body, { authorization: `Bearer ${secret}` })
    const create = async (more: object) =>
      (await post('/api/v2/externalcontacts/contacts', { lastName: NAME, ...more })).body.id as string
    const contacts = '/api/v2/externalcontacts/contacts'
    beforeEach(async () => {
      n += 1
      id = await create({ workEmail: `planted${n}@example.org`, workPhone: { display: `0421 60${n} 000` } })
      other = await create({ workEmail: `planted-other${n}@example.org` })
    })

    const matching = () => [{ type: 'Email', value: `planted${n}@example.org` }]
    const both = () => [...matching(), { type: 'Email', value: `planted-other${n}@example.org` }]
    const interaction = (more: object = {}) => ({
      conversationId: `told${n}`,
      mediaType: 'email',
      startedAt: '2026-06-01T09:00:00Z',
      identifiers: matching(),
      ...more,
    })
    const CASES: [string, () => Promise<[string, string, unknown]>][] = [
      [
        'a patch',
        async () => ['PATCH', `${contacts}/${id}`, { changes: [{ field: '$.title', action: 'Update', value: 'Dr' }] }],
      ],
      ['a merge', async () => ['POST', `${contacts}/merge`, { contactIds: [id, other] }]],
      [
        'an enrichment',
        async () => [
          'POST',
          `${contacts}/enrich`,
          { action: 'Update', matchingIdentifiers: matching(), contact: { title: 'Dr' } },
        ],
      ],
      [
        'a dry enrichment',
        async () => [
          'POST',
          `${contacts}/enrich?dryRun=true`,
          { action: 'Upsert', matchingIdentifiers: matching(), contact: { title: 'Dr' } },
        ],
      ],
      [
        'enriching into a merge, dry',
        async () => ['POST', `${contacts}/enrich?dryRun=true`, { action: 'Merge', matchingIdentifiers: both() }],
      ],
      [
        'an enrichment among many',
        async () => [
          'POST',
          '/api/v2/externalcontacts/bulk/contacts/enrich',
          { entities: [{ action: 'Update', matchingIdentifiers: matching(), contact: { title: 'Dr' } }] },
        ],
      ],
      [
        'inserting one who is there',
        async () => ['POST', `${contacts}/enrich`, { action: 'Insert', matchingIdentifiers: matching() }],
      ],
      [
        'a merge taken back',
        async () => {
          await post(`${contacts}/merge`, { contactIds: [id, other] })
          const { body } = await api.request('GET', `/api/v2/local/contacts/${id}/merges`)
          return ['POST', `/api/v2/local/merges/${body.entities[0].id}/undo`, {}]
        },
      ],
      ['an interaction', async () => ['POST', '/api/v2/local/interactions', interaction()]],
      [
        'an interaction told of again',
        async () => {
          await post('/api/v2/local/interactions', interaction({ subject: `About ${NAME}`, wrapUp: NAME }))
          return ['POST', '/api/v2/local/interactions', interaction({ identifiers: [] })]
        },
      ],
      [
        'an interaction that another is named in',
        async () => ['POST', '/api/v2/local/interactions', interaction({ identifiers: both() })],
      ],
      [
        'a claim on what is held',
        async () => ['PATCH', `${contacts}/${other}/identifiers`, { operation: 'Claim', identifier: matching()[0] }],
      ],
    ]

    test.each(CASES)('%s tells nothing of them', async (_what, make) => {
      const [method, path, body] = await make()
      const viewing: Short[] = ['contact:view', 'conversation:viewAll', 'session:view']
      const blind = await secretOf(SHORTS.filter((one) => !viewing.includes(one)))
      const answer = await api.request(method, path, body, { authorization: `Bearer ${blind}` })
      expect(answer.status, JSON.stringify(answer.body)).not.toBe(403)
      const text = JSON.stringify(answer.body)
      expect(text).not.toContain(NAME)
      expect(text).not.toMatch(/\+61|0421/)
    })
  })
})
