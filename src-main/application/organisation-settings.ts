// The settings of the organisation as they now are on this device, and as a caller reads and changes them.
// Invariant: the region that counts is the organisation's; where it names none, this device's own.
import type { DefaultRegion } from '@shared/contract/app'
import { BehaviorSubject, filter } from 'rxjs'
import { DEFAULT_REGION_ID, type RegionSetting, regionIn } from '../engine/commands/settings'
import type { DocumentFeed } from '../engine/document-feed'
import type { DocumentStore } from '../engine/ports'

interface OrganisationSettings {
  readonly defaultRegion$: BehaviorSubject<RegionSetting | undefined>
  close(): void
}

/** Reads the settings, and follows what is changed here or arrives. */
export async function followOrganisationSettings(
  store: Pick<DocumentStore, 'get'>,
  feed: Pick<DocumentFeed, 'committed$'>,
): Promise<OrganisationSettings> {
  const stored = (await store.get('decisions', [DEFAULT_REGION_ID])).get(DEFAULT_REGION_ID)
  const defaultRegion$ = new BehaviorSubject(regionIn(stored))
  const following = feed.committed$.pipe(filter(({ kind }) => kind === 'decisions')).subscribe(({ changes }) => {
    for (const change of changes)
      if (change.kind === 'decisions' && change.id === DEFAULT_REGION_ID) defaultRegion$.next(regionIn(change.document))
  })
  return { defaultRegion$, close: () => following.unsubscribe() }
}

/** Which region counts, and why. @param device the region of this device's own settings */
export function defaultRegionOf(setting: RegionSetting | undefined, device: string): DefaultRegion {
  return {
    region: setting?.region ?? device,
    from: setting ? 'organisation' : 'device',
    device,
    organisation: setting ? { ...setting, at: new Date(setting.at).toISOString() } : null,
  }
}
