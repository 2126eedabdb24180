// The settings of the organisation, which every device shares: how phone numbers in national notation are read.
// Invariant: a setting holds for what is read from then on; what is stored stays as it was read.
import { ScvError } from '@shared/errors'
import type { Stamp } from '@shared/model/ids'
import { isRegion } from '@shared/model/phone'
import type { DecisionDocument } from '../documents/decision'
import { settingId } from '../documents/ids'
import { current, write } from '../documents/register'
import { stampMs } from '../documents/stamp'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'

const DEFAULT_REGION = 'defaultRegion'
/** The decision that names the organisation's region. */
export const DEFAULT_REGION_ID = settingId(DEFAULT_REGION)

export interface RegionSetting {
  /** ISO 3166 alpha-2. */
  region: string
  by: string
  /** ms */
  at: number
}

/** What such a decision says; undefined: nothing, or what this version does not know. */
export function regionIn(decision: DecisionDocument | undefined): RegionSetting | undefined {
  const said: { v: string | null; b: string; t: Stamp } | undefined = current(decision?.value)
  if (!said || said.v === null || !isRegion(said.v) || current(decision?.standing)?.v !== true) return undefined
  return { region: said.v, by: said.b, at: stampMs(said.t) }
}

export function settingsCommands({ execute }: Runtime) {
  return {
    /**
     * Sets how the organisation reads phone numbers without a country code.
     * @param region null: every device by its own setting again
     * @throws ScvError `forbidden`, `invalid_input`
     */
    async setDefaultRegion(actor: Actor, region: string | null): Promise<void> {
      requirePermission(actor, 'externalContacts:settings:edit')
      if (region !== null && !isRegion(region))
        throw new ScvError('invalid_input', `“${region}” is no region phone numbers are known for.`, {
          field: 'defaultRegion',
        })
      await execute(actor, async (work) => {
        const known = await work.get('decisions', DEFAULT_REGION_ID)
        if ((regionIn(known)?.region ?? null) === region) return
        work.put('decisions', {
          ...(known ?? { id: DEFAULT_REGION_ID, kind: 'setting' as const, subjects: [DEFAULT_REGION] }),
          standing: write(known?.standing, region !== null, work.stamp, work.by),
          value: write(known?.value, region, work.stamp, work.by),
        })
      })
    },
  }
}
