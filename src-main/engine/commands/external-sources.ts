// The external sources of the organisation: listed, changed, taken back.
// Invariant: contacts keep the ids they have in a source, whether it is listed or not.
import { ScvError } from '@shared/errors'
import { type ExternalSourceInput, externalSourceInputSchema } from '@shared/model/external-source'
import { EXTERNAL_SOURCES_MAX } from '@shared/model/limits'
import { externalSourcesIn } from '../derive/external-sources'
import { EXTERNAL_SOURCES, settingVersions } from '../derive/versioned-settings'
import { newSettingId } from '../documents/ids'
import { refusalOf } from '../issues'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { removeSetting, settingsIn, writeSetting } from './versioned-settings'

/** @throws ScvError `invalid_input` */
function readSource(given: ExternalSourceInput): ExternalSourceInput {
  const parsed = externalSourceInputSchema.safeParse(given)
  if (!parsed.success) throw refusalOf(parsed.error, 'The source')
  return parsed.data
}

export function externalSourceCommands({ execute }: Runtime) {
  /** @throws ScvError `not_found` */
  async function versionIn(work: UnitOfWork, id: string): Promise<number> {
    const versions = settingVersions(await settingsIn(work, EXTERNAL_SOURCES)).get(id)
    if (!versions)
      throw new ScvError('not_found', 'There is no external source with this id.', { field: 'externalSourceId' })
    return versions.length
  }

  return {
    /**
     * Lists a source.
     * @returns its id
     * @throws ScvError `forbidden`, `invalid_input`, `too_many`
     */
    async create(actor: Actor, given: ExternalSourceInput): Promise<string> {
      requirePermission(actor, 'externalContacts:settings:edit')
      const source = readSource(given)
      return execute(actor, async (work) => {
        if (externalSourcesIn(await settingsIn(work, EXTERNAL_SOURCES)).length >= EXTERNAL_SOURCES_MAX)
          throw new ScvError('too_many', `There are at most ${EXTERNAL_SOURCES_MAX} external sources.`, {
            field: 'name',
          })
        const id = newSettingId(work.stamp)
        await writeSetting(work, EXTERNAL_SOURCES, id, { version: 1, source: { ...source } })
        return id
      })
    },

    /** @throws ScvError `forbidden`, `not_found`, `invalid_input` */
    async update(actor: Actor, id: string, given: ExternalSourceInput): Promise<void> {
      requirePermission(actor, 'externalContacts:settings:edit')
      const source = readSource(given)
      await execute(actor, async (work) => {
        const version = (await versionIn(work, id)) + 1
        await writeSetting(work, EXTERNAL_SOURCES, id, { version, source: { ...source } })
      })
    },

    /** @throws ScvError `forbidden`, `not_found` */
    async remove(actor: Actor, id: string): Promise<void> {
      requirePermission(actor, 'externalContacts:settings:edit')
      await execute(actor, async (work) => {
        await versionIn(work, id)
        await removeSetting(work, EXTERNAL_SOURCES, id)
      })
    },
  }
}
