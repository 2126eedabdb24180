// Views that died before they saw a commit: they are brought up to the documents when they open.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { ann, DAY, openBench } from '../support/engine'

test('what was committed and not seen before a crash is caught up with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scv-test-'))
  const first = await openBench({ folder })
  const id = await first.engine.contacts.create(ann, { firstName: 'Before' })
  await first.engine.idle()
  await first.views.close() // from here on the views are dead, and the documents go on
  const [document] = (await first.database.store.get('contacts', [id])).values()
  if (!document) throw new Error('no contact')
  const entry = { v: 'After', t: makeStamp(first.time.now + DAY, 0, 'testdevice'), b: 'ann' }
  const next = { ...document, fields: { ...document.fields, firstName: [entry] } }
  await first.database.store.commit([{ kind: 'contacts', previous: document, next }])
  await first.database.close()
  const second = await openBench({ folder })
  onTestFinished(() => second.close())
  expect((await second.engine.queries.person(id)).displayName).toBe('After')
  expect(second.views.latestStamp()).toBe(entry.t)
  // The clock goes on behind what it finds, although the wall clock is a day back.
  const later = await second.engine.contacts.create(ann, { firstName: 'Later' })
  expect((second.views.contact(later)?.created.at ?? '') > entry.t).toBe(true)
})
