// What an administrator of the machine fixed, in force: for both doors and the gateway alike, since it is put between them and
// what they steer. Invariant: what is fixed counts from the next start on, whatever the device remembers.
import type { Settings } from '@shared/contract/app'
import type { LocalApi } from '../api/service'
import type { DeviceFile } from '../device/device-file'
import { type InForce, managedError } from '../policy/policy'
import type { Replication } from '../replication'

interface DeviceOfPolicy {
  file$: { value: Pick<DeviceFile, 'settings'> }
  save(change: { settings: Settings }): void
}

/** The device's own settings as they are fixed. */
export function followPolicy(inForce: InForce, device: DeviceOfPolicy): void {
  const { region, retentionDays } = inForce?.policy ?? {}
  const { settings } = device.file$.value
  const next = {
    ...settings,
    ...(region === undefined ? {} : { defaultRegion: region }),
    ...(retentionDays === undefined ? {} : { retentionDays }),
  }
  if (next.defaultRegion !== settings.defaultRegion || next.retentionDays !== settings.retentionDays)
    device.save({ settings: next })
}

const sameUrl = (a: string, b: string): boolean =>
  URL.canParse(a) && new URL(a).href.replace(/\/+$/, '') === new URL(b).href.replace(/\/+$/, '')

/** @returns the same replication, which connects with no other server or organisation than the fixed ones */
export function onlyFixedServer(inForce: InForce, replication: Replication): Replication {
  if (!inForce) return replication
  const { server, organisation } = inForce.policy
  return {
    ...replication,
    async connect(to, credentials) {
      if (server !== undefined && !sameUrl(to.url, server))
        throw managedError(inForce, 'server', `This device exchanges with ${server} alone.`)
      if (organisation !== undefined && to.org !== organisation)
        throw managedError(inForce, 'organisation', `This device belongs to the organisation “${organisation}”.`)
      await replication.connect(to, credentials)
    },
  }
}

/** @returns the same local API, which serves nowhere where that is fixed */
export function onlyFixedApi(inForce: InForce, api: LocalApi): LocalApi {
  if (inForce?.policy.localApi !== 'off') return api
  const refused = async (): Promise<never> => {
    throw managedError(inForce, 'localApi', 'The local API is off on this machine.')
  }
  return {
    ...api,
    start: async () => undefined,
    serve: refused,
    enable: async (change) => (change.enabled ? refused() : api.enable(change)),
  }
}
