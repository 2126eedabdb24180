// Scans for duplicates, their clusters, and merging one, through the vendor's SDK.
import type { Models } from 'purecloud-platform-client-v2'
import { expect, test } from 'vitest'
import { refused } from '../../support/api'
import { openForThisFile, sdk } from './opened'
import { body } from './world'

openForThisFile()

const FIRST = ['Amber', 'Bruno', 'Celia', 'Dario', 'Edith', 'Fabio', 'Greta', 'Hanno']
const LAST = ['Albrecht', 'Brandvold', 'Castellan', 'Dragomir', 'Eberhardt']

/** Waits for the first scan to end. */
async function latest(): Promise<Models.ClusterScan> {
  for (;;) {
    const { entities = [] } = await sdk.contacts.getExternalcontactsGraphsClusterscans()
    const [scan] = entities
    if (scan) return scan
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('a scan tells who is likely one person, and a cluster is merged', async () => {
  const double = {
    firstName: 'Maximilian',
    personalEmail: 'maximilian@example.org',
    customFields: { Birthday: '1971-04-02' },
  }
  const entities = [
    ...FIRST.flatMap((firstName, at) => [
      { firstName, lastName: LAST[at % 5] },
      { firstName, lastName: LAST[(at + 2) % 5] },
    ]),
    { ...double, lastName: 'Oberholzer' },
    { ...double, lastName: 'Oberholtzer' },
  ]
  await sdk.contacts.postExternalcontactsBulkContactsAdd(body({ entities }))
  expect(await sdk.contacts.getExternalcontactsGraphsSettings()).toMatchObject({ automaticMergingEnabled: false })
  const on = sdk.contacts.putExternalcontactsGraphsSettings({ automaticMergingEnabled: true })
  expect(await refused(on)).toMatchObject({ status: 400 })

  const { id = '', dateCompleted, statistics } = await latest()
  expect(Date.parse(dateCompleted ?? '')).toBeGreaterThan(0)
  expect(statistics?.aggregated?.totalClusters).toBe(1)
  expect((await sdk.contacts.getExternalcontactsGraphsClusterscansLatest()).id).toBe(id)
  expect((await sdk.contacts.getExternalcontactsGraphsClusterscan(id)).id).toBe(id)
  expect(await sdk.contacts.getExternalcontactsGraphsClusterscanStatistics(id)).toEqual(statistics)
  expect(await refused(sdk.contacts.getExternalcontactsGraphsClusterscan('none'))).toMatchObject({ status: 404 })

  const clusters = await sdk.contacts.getExternalcontactsGraphsClusterscanClusters(id, { limit: 10 })
  const [cluster] = clusters.entities ?? []
  expect(cluster?.mergeInfo?.status).toBe('Pending')
  const { contacts = [] } = cluster?.graph?.vertices ?? {}
  expect(contacts.map(({ contact }) => contact?.lastName).sort()).toEqual(['Oberholtzer', 'Oberholzer'])
  expect(cluster?.graph?.edges).toHaveLength(1)
  const one = await sdk.contacts.getExternalcontactsGraphsClusterscanCluster(id, cluster?.id ?? '')
  expect(one).toEqual(cluster)

  const merged = await sdk.contacts.putExternalcontactsGraphsClusterscanClusterMerge(id, cluster?.id ?? '')
  expect(merged.mergeInfo?.status).toBe('Success')
  const person = await sdk.contacts.getExternalcontactsContact(contacts[0]?.contact?.id ?? '')
  expect(person.mergeSet).toHaveLength(3)
})
