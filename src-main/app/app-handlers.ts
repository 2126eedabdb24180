// The application part of the contract: facts, settings, and the choices of the first start.

import type { AppInfo, appContract, SampleProgress, Settings } from '@shared/contract/app'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'
import { isRegion } from '@shared/model/phone'
import { getCountries } from 'libphonenumber-js/max'
import { BehaviorSubject, combineLatest, map } from 'rxjs'
import { withoutUndefined } from '../engine/documents/join'
import { loadSample } from '../sample/load'
import { SAMPLE_REGION } from '../sample/people'
import type { AppContext } from '.'
import { follow } from './follow'
import { readLicences } from './licences'

/** How often the counts of everything may be taken. */
const COUNT_MS = 1_000

export function appHandlers(context: AppContext): Handlers<typeof appContract> {
  const { engine, device$, saveDevice } = context
  const sample$ = new BehaviorSubject<SampleProgress>({ phase: 'idle', progress: 0 })

  function saveSettings(change: { [K in keyof Settings]?: Settings[K] | undefined }): Settings {
    if (change.defaultRegion !== undefined && !isRegion(change.defaultRegion))
      throw new ScvError('invalid_input', `“${change.defaultRegion}” is no region phone numbers are known for.`, {
        field: 'defaultRegion',
      })
    const settings = { ...device$.value.settings, ...withoutUndefined(change) } as Settings
    saveDevice({ settings })
    return settings
  }

  return {
    'app.info': () => {
      const counts$ = follow(
        engine.changes$,
        () => true,
        () => engine.queries.counts(),
        COUNT_MS,
      )
      return combineLatest([device$, counts$]).pipe(
        map(([{ deviceId, started, settings }, counts]): AppInfo => {
          const { version, dataDir } = context
          return { version, dataDir, deviceId, started, settings, counts }
        }),
      )
    },
    'app.regions': () => getCountries().sort(),
    'app.startEmpty': (change) => {
      saveSettings(change)
      saveDevice({ started: true })
      return {}
    },
    'app.sampleProgress': () => sample$,
    'app.loadSample': async () => {
      if (sample$.value.phase === 'loading')
        throw new ScvError('import_busy', 'The sample data is being loaded already.')
      sample$.next({ phase: 'loading', progress: 0 })
      try {
        const loaded = await loadSample(engine, context.actor(), context.now(), (progress) =>
          sample$.next({ phase: 'loading', progress }),
        )
        // The sample's people are Australians, whose numbers are typed without a country code.
        saveSettings({ defaultRegion: SAMPLE_REGION })
        saveDevice({ started: true })
        sample$.next({ phase: 'done', progress: 1 })
        return loaded
      } catch (error) {
        sample$.next({
          phase: 'failed',
          progress: 0,
          message: error instanceof ScvError ? error.message : 'Something unexpected went wrong.',
        })
        throw error
      }
    },
    'app.rebuildViews': async () => {
      const start = performance.now()
      await context.rebuildViews()
      return { milliseconds: Math.round(performance.now() - start) }
    },
    'app.licences': () => readLicences(context.licenceFiles),
    'app.saveSettings': saveSettings,
  }
}
