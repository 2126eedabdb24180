// Importing and exporting through the vendor's SDK, step by step as its samples do: settings, a file, a job, and what came of it.
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { refused, SECRET } from '../../support/api'
import { api, openForThisFile, sdk } from './opened'
import { body } from './world'

openForThisFile()

let n = 0
const source = async () =>
  (await sdk.contacts.postExternalcontactsExternalsources(body({ name: `CRM ${n++}`, active: true }))).id ?? ''
const settingsFor = async (more: object = {}) => {
  const externalSourceId = await source()
  const settings = { name: `Nightly ${n++}`, mergeContacts: false, externalSourceId, importFields: [], ...more }
  return { externalSourceId, made: await sdk.contacts.postExternalcontactsImportSettings(settings) }
}
const MAPPINGS = [
  { sourceField: 'Given', targetField: '$.firstName' },
  { sourceField: 'Family', targetField: 'lastName' },
  { sourceField: 'Mail', targetField: '$.workEmail' },
  { sourceField: 'Tel', targetField: '$.cellPhone.display' },
  { sourceField: 'No', targetField: '$.externalIds[0].value' },
  { sourceField: 'Shoe', targetField: "$.customFields['Shoe size']" },
]
const CSV = `Given,Family,Mail,Tel,No,Shoe,Secret
Ida,Imported,ida@example.org,0412 345 601,77,39,no
Ivo,Imported,ivo@example.org,0412 345 602,78,44,no
,,,,,,only this
`
async function send(text: string, fileName = 'people.csv'): Promise<string> {
  const bytes = Buffer.from(text)
  const { uploadId, uploadUrl, uploadHeaders } = await sdk.contacts.postExternalcontactsImportCsvUploads({
    fileName,
    fileSize: bytes.length,
  })
  const headers = Object.fromEntries(uploadHeaders.map(({ name = '', value = '' }) => [name, value]))
  const sent = await fetch(uploadUrl, { method: 'PUT', headers, body: bytes })
  expect(sent.status).toBe(200)
  return uploadId
}
const mapping = async (mappings: object[], externalSettingsId?: string) =>
  (
    await sdk.contacts.postExternalcontactsImportCsvSettings(
      body({ mappings, ...(externalSettingsId ? { externalSettingsId } : {}) }),
    )
  ).id ?? ''
const begin = async (uploadId: string, settingsId: string) =>
  (await sdk.contacts.postExternalcontactsImportCsvJobs({ uploadId, settingsId })).job.id ?? ''
async function until(jobId: string, done: (job: Awaited<ReturnType<typeof look>>) => boolean) {
  for (;;) {
    const job = await look(jobId)
    if (done(job)) return job
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
const look = (jobId: string) => sdk.contacts.getExternalcontactsImportJob(jobId, { expand: ['metadata'] })
const fetched = async (url: string | undefined) =>
  (await fetch(url ?? '', { headers: { authorization: `Bearer ${SECRET}` } })).text()
const lookUp = async (identifier: object) => sdk.contacts.postExternalcontactsIdentifierlookupContacts(body(identifier))

test('settings are made, read, listed, changed and taken back', async () => {
  const { externalSourceId, made } = await settingsFor({
    name: 'Nightly one',
    matchingCriteria: ['Phone', 'Email'],
    importFields: [{ name: 'firstName', included: true }],
  })
  const id = made.id ?? ''
  expect(made).toMatchObject({ matchingCriteria: ['Phone', 'Email'], mergeContacts: false, externalSourceId })
  expect(await sdk.contacts.getExternalcontactsImportSetting(id)).toEqual(made)
  const changed = await sdk.contacts.putExternalcontactsImportSetting(id, { ...made, name: 'Nightly two' })
  expect(changed).toMatchObject({ id, name: 'Nightly two', dateCreated: made.dateCreated })
  expect((await sdk.contacts.getExternalcontactsImportSettings({ name: 'two' })).entities).toEqual([changed])
  const csv = await sdk.contacts.postExternalcontactsImportCsvSettings({ externalSettingsId: id, mappings: MAPPINGS })
  expect(csv).toMatchObject({ externalSettingsId: id, mappings: MAPPINGS })
  const less = await sdk.contacts.putExternalcontactsImportCsvSetting(csv.id ?? '', {
    ...csv,
    mappings: MAPPINGS.slice(1),
  })
  expect(less.mappings).toHaveLength(MAPPINGS.length - 1)
  expect(await sdk.contacts.getExternalcontactsImportCsvSetting(csv.id ?? '')).toEqual(less)
  const listed = await sdk.contacts.getExternalcontactsImportCsvSettings({ externalSettingsId: id })
  expect(listed.entities).toEqual([less])
  await sdk.contacts.deleteExternalcontactsImportCsvSetting(csv.id ?? '')
  await sdk.contacts.deleteExternalcontactsImportSetting(id)
  for (const gone of [
    sdk.contacts.getExternalcontactsImportSetting(id),
    sdk.contacts.getExternalcontactsImportCsvSetting(csv.id ?? ''),
    sdk.contacts.deleteExternalcontactsImportSetting(id),
  ])
    expect(await refused(gone)).toMatchObject({ status: 404, code: 'not_found' })
})

test.each<[string, object, number, string]>([
  ['merging', { mergeContacts: true }, 422, 'invalid_input'],
  ['a source there is not', { externalSourceId: 'none' }, 422, 'invalid_input'],
  ['a criterion there is not', { matchingCriteria: ['Cookie'] }, 400, 'malformed'],
  ['a member there is not', { region: 'AU' }, 400, 'malformed'],
])('settings are refused for %s', async (_what, more, status, code) => {
  expect(await refused(settingsFor(more))).toMatchObject({ status, code })
})

test.each([
  [
    'one column twice',
    [
      { sourceField: 'A', targetField: '$.firstName' },
      { sourceField: 'a', targetField: '$.lastName' },
    ],
  ],
  [
    'one field twice',
    [
      { sourceField: 'A', targetField: '$.firstName' },
      { sourceField: 'B', targetField: '$.firstName' },
    ],
  ],
])('settings for CSV files are refused for %s', async (_what, mappings) => {
  expect(await refused(mapping(mappings))).toMatchObject({ status: 422, code: 'invalid_input' })
})

test('a file is sent, looked at, tried, and imported when told to go on', async () => {
  const { externalSourceId, made } = await settingsFor()
  const settingsId = await mapping(MAPPINGS, made.id)
  const uploadId = await send(CSV)
  expect(await sdk.contacts.getExternalcontactsImportCsvUploadDetails(uploadId)).toMatchObject({
    fileName: 'people.csv',
    validationResult: { separatorValid: true, fileEncodingValid: true, errors: [] },
  })
  const preview = await sdk.contacts.getExternalcontactsImportCsvUploadPreview(uploadId)
  expect(preview.headers).toEqual(['Given', 'Family', 'Mail', 'Tel', 'No', 'Shoe', 'Secret'])
  expect(preview.entries[1]?.[0]).toBe('Ivo')

  const jobId = await begin(uploadId, settingsId)
  const tried = await until(jobId, ({ executionStep }) => executionStep === 'Validated')
  expect(tried).toMatchObject({
    status: 'Running',
    metadata: { fileName: 'people.csv', dryRunSuccessCount: 2, dryRunFailedCount: 1 },
    settings: { id: settingsId },
  })
  expect(await refused(lookUp({ type: 'Email', value: 'ida@example.org' }))).toMatchObject({ status: 404 })
  const report: Record<string, string>[] = parse(await fetched(tried.metadata?.dryRunReportDownloadUrl), {
    columns: true,
    bom: true,
    relax_column_count: true,
  })
  expect(JSON.stringify(report)).toContain('only this')

  expect(await sdk.contacts.putExternalcontactsImportJob(jobId, { jobId, status: 'Continue' })).toMatchObject({ jobId })
  const done = await until(jobId, ({ status }) => status !== 'Running')
  expect(done).toMatchObject({
    status: 'Completed',
    metadata: { importSuccessCount: 2, importFailedCount: 1, dryRunSuccessCount: 2 },
  })
  const ida = await lookUp({ type: 'Email', value: 'ida@example.org' })
  expect(ida).toMatchObject({
    firstName: 'Ida',
    cellPhone: { e164: '+61412345601' },
    externalIds: [{ externalSource: { id: externalSourceId }, value: '77' }],
    customFields: { 'Shoe size': '39' },
  })
  expect(JSON.stringify(ida)).not.toContain('Secret')
  expect((await sdk.contacts.getExternalcontactsImportJobs({ jobStatus: 'Completed' })).entities).toMatchObject([
    { id: jobId },
  ])
  expect(await refused(sdk.contacts.putExternalcontactsImportJob(jobId, { jobId, status: 'Retry' }))).toMatchObject({
    status: 409,
    code: 'conflict',
  })

  // The same people again, by number alone and without their numbers' field: found by what the settings say, and changed.
  const { made: byPhone } = await settingsFor({
    matchingCriteria: ['Phone'],
    importFields: [
      { name: 'title', included: true },
      { name: '$.cellPhone', included: true },
      { name: 'lastName', included: true },
      { name: 'firstName', included: true },
    ],
  })
  const columns = [
    ...MAPPINGS.filter(({ sourceField }) => ['Given', 'Family', 'Mail', 'Tel'].includes(sourceField)),
    { sourceField: 'Job', targetField: 'title' },
  ]
  const second = await begin(
    await send('Given,Family,Mail,Tel,Job\nIda,Imported,other@example.org,0412 345 601,Owner\n'),
    await mapping(columns, byPhone.id),
  )
  await until(second, ({ executionStep }) => executionStep === 'Validated')
  await sdk.contacts.putExternalcontactsImportJob(second, { jobId: second, status: 'Continue' })
  await until(second, ({ status }) => status === 'Completed')
  expect(await lookUp({ type: 'Email', value: 'ida@example.org' })).toMatchObject({ id: ida.id, title: 'Owner' })
  expect(await refused(lookUp({ type: 'Email', value: 'other@example.org' }))).toMatchObject({ status: 404 })
})

test('a job that waits can be called off, and then does not go on', async () => {
  const jobId = await begin(await send(CSV), await mapping(MAPPINGS))
  await until(jobId, ({ executionStep }) => executionStep === 'Validated')
  const call = (status: string) => sdk.contacts.putExternalcontactsImportJob(jobId, { jobId, status })
  expect(await call('Cancel')).toMatchObject({ status: 'Cancelled' })
  for (const status of ['Continue', 'Cancel', 'Retry'])
    expect(await refused(call(status))).toMatchObject({ status: 409, code: 'conflict' })
})

test.each<[string, () => Promise<unknown>, number, string]>([
  ['settings there are not', async () => begin(await send(CSV), 'none'), 404, 'not_found'],
  ['a file there is not', async () => begin('none', await mapping(MAPPINGS)), 404, 'not_found'],
  [
    'a file that has not come',
    async () =>
      begin(
        (await sdk.contacts.postExternalcontactsImportCsvUploads({ fileSize: 9 })).uploadId,
        await mapping(MAPPINGS),
      ),
    409,
    'conflict',
  ],
  [
    'a column that is not there',
    async () => begin(await send('A,B\n1,2\n'), await mapping(MAPPINGS)),
    422,
    'invalid_input',
  ],
  [
    'a field that is none',
    async () => begin(await send(CSV), await mapping([{ sourceField: 'Given', targetField: '$.nickname' }])),
    422,
    'invalid_input',
  ],
  ['what is no table', async () => begin(await send('<html></html>'), await mapping(MAPPINGS)), 422, 'not_tabular'],
  [
    'rows without a file',
    async () => sdk.contacts.postExternalcontactsImportJobs({ settingsId: 'x' }),
    422,
    'invalid_input',
  ],
  [
    'a file too large',
    async () => sdk.contacts.postExternalcontactsImportCsvUploads({ fileSize: 200 * 1024 * 1024 }),
    422,
    'too_large',
  ],
  ['a job there is not', async () => look('none'), 404, 'not_found'],
])('refused: %s', async (_what, call, status, code) => {
  expect(await refused(call())).toMatchObject({ status, code })
})

test('a file is taken once, by its key, in the length announced', async () => {
  const { uploadUrl, uploadId } = await sdk.contacts.postExternalcontactsImportCsvUploads({
    fileName: '../../x.csv',
    fileSize: 8,
  })
  const put = async (url: string, text: string) => {
    const answer = await fetch(url, { method: 'PUT', body: text })
    return [answer.status, ((await answer.json()) as { code?: string }).code]
  }
  expect(await put(uploadUrl.replace(/key=.*/, 'key=guessed'), 'A,B\n1,2\n')).toEqual([404, 'not_found'])
  expect(await put(uploadUrl, 'A,B\n1,2\n3,4\n')).toEqual([422, 'too_large'])
  expect(await put(uploadUrl, 'A,B\n')).toEqual([422, 'invalid_input'])
  expect(await put(uploadUrl, 'A,B\n1,2\n')).toEqual([200, undefined])
  expect(await put(uploadUrl, 'A,B\n1,2\n')).toEqual([409, 'already_there'])
  expect(await sdk.contacts.getExternalcontactsImportCsvUploadDetails(uploadId)).toMatchObject({ fileName: 'x.csv' })
  const broken = await send('\u0000\u0001\u0002 no table')
  const { validationResult } = await sdk.contacts.getExternalcontactsImportCsvUploadDetails(broken)
  expect(validationResult.errors).toMatchObject([{ lineNumber: 1, message: expect.any(String) }])
})

test('people and notes are exported, all or those that are asked for', async () => {
  const create = async (contact: object) => (await sdk.contacts.postExternalcontactsContacts(body(contact))).id ?? ''
  const at = { id: 'org-1', name: 'Example' }
  const [one] = [
    await create({ lastName: 'Exported', externalOrganization: at }),
    await create({ lastName: 'Elsewhere' }),
  ]
  await sdk.contacts.postExternalcontactsContactNotes(one, body({ noteText: '=1+1 about them' }))
  type Asked = { id?: string; status?: string; downloadUrl?: string; resultRowCount?: number }
  async function exported(begun: Promise<Asked>, read: (id: string) => Promise<Asked>) {
    let last = await begun
    while (last.status === 'RUNNING') last = await read(last.id ?? '')
    expect(last).toMatchObject({ status: 'SUCCEEDED', downloadUrl: expect.any(String) })
    const lines: Record<string, string>[] = parse(await fetched(last.downloadUrl), { columns: true, bom: true })
    expect(lines).toHaveLength(last.resultRowCount ?? -1)
    return lines
  }
  const people = (conditions?: object) =>
    exported(
      sdk.contacts.postExternalcontactsContactsExports(body(conditions ? { queryConditions: conditions } : {})),
      (id) => sdk.contacts.getExternalcontactsContactsExport(id),
    )
  const names = (lines: Record<string, string>[]) => lines.map((line) => line['Last name'])
  expect(names(await people())).toEqual(expect.arrayContaining(['Exported', 'Elsewhere']))
  const ours = { filters: { eq: { field: 'ExternalOrganizationId', value: 'org-1' } } }
  expect(names(await people(ours))).toEqual(['Exported'])
  const others = {
    filters: { not: ours.filters, gte: { field: 'CreateDate', value: '2020-01-01T00:00:00Z' } },
    limit: 1,
  }
  expect(names(await people(others))).not.toContain('Exported')
  expect(names(await people({ filters: { lte: { field: 'ModifyDate', value: '2020-01-01T00:00:00Z' } } }))).toEqual([])
  const notes = await exported(sdk.contacts.postExternalcontactsNotesExports(body({})), (id) =>
    sdk.contacts.getExternalcontactsNotesExport(id),
  )
  expect(notes).toMatchObject([{ 'Contact id': one, Text: "'=1+1 about them" }])
  const listed = await sdk.contacts.getExternalcontactsContactsExports({ pageSize: 2 })
  expect(listed.entities).toHaveLength(2)
  expect((await sdk.contacts.getExternalcontactsNotesExports()).entities).toHaveLength(1)
  // A file of people does not outlive one of them who is erased.
  const last = await sdk.contacts.postExternalcontactsContactsExports(body({}))
  await api.request('POST', `/api/v2/local/contacts/${one}/erase`)
  const gone = async () => (await sdk.contacts.getExternalcontactsContactsExports()).entities ?? []
  await expect.poll(async () => (await gone()).map(({ id }) => id)).toEqual([])
  expect(await refused(sdk.contacts.getExternalcontactsContactsExport(last.id ?? ''))).toMatchObject({ status: 404 })
  for (const filters of [
    { eq: { field: 'ShoeSize', value: '1' } },
    { gte: { field: 'CreateDate', value: 'yesterday' } },
    { between: {} },
    {},
  ])
    expect(
      await refused(sdk.contacts.postExternalcontactsContactsExports(body({ queryConditions: { filters } }))),
    ).toMatchObject({ status: 400 })
  expect(await refused(sdk.contacts.getExternalcontactsContactsExport('none'))).toMatchObject({ status: 404 })
})
