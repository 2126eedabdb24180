// What an administrator of the machine fixes: read strictly, counted in the whole application, and told to its user.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Application, openApplication } from '../../src-main/app'
import { parsePolicy } from '../../src-main/policy/policy'
import { policyBy, policyInFile, registryValue } from '../../src-main/policy/read'

const folder = mkdtempSync(join(tmpdir(), 'scv-policy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const FIXED = {
  by: 'IT of Example Ltd',
  server: 'https://couch.example.org',
  organisation: 'acme',
  region: 'CH',
  retentionDays: 30,
  localApi: 'off',
}

describe('a policy is read strictly', () => {
  test.each([
    ['a word that is unknown', '{"sever":"https://a.example"}', 'sever'],
    ['a country without numbers', '{"region":"XX"}', 'region'],
    ['a server of another kind', '{"server":"ftp://a.example"}', 'server'],
    ['days that are none', '{"retentionDays":0}', 'retentionDays'],
    ['a language that is none', '{"languages":["de","no such"]}', 'languages.1'],
    ['a word where there is a choice', '{"localApi":"maybe"}', 'localApi'],
  ])('%s is named', (_what, text, field) => {
    expect(() => parsePolicy(text, '/etc/x')).toThrow(expect.objectContaining({ code: 'policy_invalid', field }))
  })

  test.each(['', '[]', '"x"', '{', `{"by":"${'x'.repeat(70_000)}"}`])(
    'what is no policy (%#) counts for a mistake, never for none',
    (text) => {
      expect(() => parsePolicy(text, '/etc/x')).toThrow(expect.objectContaining({ code: 'policy_invalid' }))
    },
  )

  test('a file counts that root alone can write; none fixes nothing', () => {
    const file = join(folder, 'policy.json')
    const mine = (owner: number) => owner === process.getuid?.()
    expect(policyInFile(file, mine)).toBeNull()
    writeFileSync(file, JSON.stringify(FIXED), { mode: 0o644 })
    expect(policyInFile(file, mine)?.policy.region).toBe('CH')
    chmodSync(file, 0o666)
    expect(() => policyInFile(file, mine)).toThrow('can write it')
    chmodSync(file, 0o644)
    expect(() => policyInFile(file, () => false)).toThrow('can write it')
  })

  test('Windows keeps it in a value of the registry', () => {
    const said = '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\X\r\n    Policy    REG_SZ    {"region":"CH"}\r\n\r\n'
    expect(registryValue(said)).toBe('{"region":"CH"}')
  })

  test('what a system is asked counts for none only where it says that there is none', () => {
    const asked = (script: string) => policyBy('/bin/sh', ['-c', script], 'the registry', (output) => output)
    expect(asked(`echo '{"region":"CH"}'`)).toMatchObject({ policy: { region: 'CH' }, where: 'the registry' })
    expect(asked('exit 1')).toBeNull()
    for (const ask of [
      () => asked('exit 5'),
      () => asked('kill -9 $$'),
      () => policyBy('/nowhere/reg', [], 'it', String),
    ])
      expect(ask).toThrow(expect.objectContaining({ code: 'policy_invalid' }))
  })
})

describe('what is fixed', () => {
  let application: Application
  beforeAll(async () => {
    const policy = { policy: parsePolicy(JSON.stringify(FIXED), '/etc/x'), where: '/etc/x' }
    application = await openApplication({ dataDir: join(folder, 'data'), version: '0', policy })
  })
  afterAll(() => application.close())
  const signal = new AbortController().signal
  const refused = (field: string) =>
    expect.objectContaining({ code: 'managed', field, message: expect.stringContaining('IT of Example') })

  test('is what the device goes by, and nothing else can be saved; the rest can', async () => {
    const save = application.handlers['app.saveSettings']
    expect(await save({ userName: 'Ada' }, { signal })).toMatchObject({
      defaultRegion: 'CH',
      retentionDays: 30,
      userName: 'Ada',
    })
    expect(await save({ defaultRegion: 'CH' }, { signal })).toMatchObject({ defaultRegion: 'CH' })
    expect(() => save({ defaultRegion: 'DE' }, { signal })).toThrow(refused('defaultRegion'))
    expect(() => save({ retentionDays: 60 }, { signal })).toThrow(refused('retentionDays'))
  })

  test('is the only server and organisation, through any door', async () => {
    const credentials = { user: 'ann', password: 'x', insistOnPlain: true, leaveUnsent: false }
    const connect = (url: string, org: string) => application.replication.connect({ url, org }, credentials)
    await expect(connect('https://elsewhere.example', 'acme')).rejects.toEqual(refused('server'))
    await expect(connect('https://couch.example.org/', 'other')).rejects.toEqual(refused('organisation'))
  })

  test('keeps the local API off', async () => {
    await expect(application.localApi.serve({ port: 0 })).rejects.toEqual(refused('localApi'))
  })
})
