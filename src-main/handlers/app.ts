// The application part of the contract: facts, settings, and the choices of the first start.

import type { AppInfo, appContract, SampleProgress, Settings, ViewsStatus } from '@shared/contract/app'
import type { Fixable, policyContract } from '@shared/contract/policy'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'
import { isOutsideAddress } from '@shared/model/outside-address'
import { isRegion } from '@shared/model/phone'
import { getCountries } from 'libphonenumber-js/max'
import {
  asyncScheduler,
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  switchMap,
  take,
  throttleTime,
} from 'rxjs'
import { liveQuery } from '../application/live-query'
import { defaultRegionOf } from '../application/organisation-settings'
import { readLicences } from '../device/licences'
import { withoutUndefined } from '../engine/documents/join'
import type { HandlerContext } from './context'

/** How often the counts of everything may be taken. */
const COUNT_MS = 1_000
/** Settings of the device that an administrator of the machine may fix. */
const FIXED_SETTINGS = ['defaultRegion', 'retentionDays'] as const
/** How often progress is told. */
const PROGRESS_MS = 200

export function appHandlers({
  engine,
  device,
  caller,
  access,
  organisation,
  loadSample,
  showLog,
  openOutside,
  views,
  opening$,
}: Pick<
  HandlerContext,
  | 'engine'
  | 'device'
  | 'caller'
  | 'access'
  | 'organisation'
  | 'loadSample'
  | 'showLog'
  | 'openOutside'
  | 'views'
  | 'opening$'
>): Handlers<typeof appContract & typeof policyContract> {
  /** Roles come and go with the user who is signed in. */
  const mayChange$ = access.state$.pipe(
    map(({ permissions }) => permissions.includes('externalContacts:settings:edit')),
    distinctUntilChanged(),
  )
  const sample$ = new BehaviorSubject<SampleProgress>({ phase: 'idle', progress: 0 })

  const isFixed = (name: Fixable): boolean => device.managed?.fixed.some(({ what }) => what === name) ?? false

  function saveSettings(change: { [K in keyof Settings]?: Settings[K] | undefined }): Settings {
    if (change.defaultRegion !== undefined && !isRegion(change.defaultRegion))
      throw new ScvError('invalid_input', `“${change.defaultRegion}” is no region phone numbers are known for.`, {
        field: 'defaultRegion',
      })
    for (const name of FIXED_SETTINGS) {
      const fixed = device.managed?.fixed.find(({ what }) => what === (name === 'defaultRegion' ? 'region' : name))
      if (fixed && change[name] !== undefined && String(change[name]) !== fixed.value)
        throw new ScvError('managed', `This is fixed by ${device.managed?.by}.`, { field: name })
    }
    const settings = { ...device.file$.value.settings, ...withoutUndefined(change) } as Settings
    device.save({ settings })
    return settings
  }

  return {
    'app.info': () => {
      const counts$ = views.status$.pipe(
        filter(({ answers }) => answers),
        take(1),
        switchMap(() =>
          liveQuery(
            engine.changes$,
            () => true,
            () => engine.queries.counts(),
            COUNT_MS,
          ),
        ),
      )
      return combineLatest([device.file$, organisation.defaultRegion$, mayChange$, counts$]).pipe(
        map(([{ deviceId, started, settings }, setting, mayChangeOrganisation, counts]): AppInfo => {
          const { version, dataDir } = device
          const defaultRegion = defaultRegionOf(setting, settings.defaultRegion)
          const counting = { ...settings, defaultRegion: defaultRegion.region }
          return {
            version,
            dataDir,
            deviceId,
            started,
            settings: counting,
            defaultRegion,
            mayChangeOrganisation,
            counts,
          }
        }),
      )
    },
    'app.regions': () => getCountries().sort(),
    'app.startEmpty': (change) => {
      saveSettings(change)
      device.save({ started: true })
      return {}
    },
    'app.sampleProgress': () => sample$,
    'app.loadSample': async ({ userName }) => {
      if (sample$.value.phase === 'loading')
        throw new ScvError('import_busy', 'The sample data is being loaded already.')
      sample$.next({ phase: 'loading', progress: 0 })
      saveSettings({ userName })
      try {
        const { region, ...loaded } = await loadSample((progress) => sample$.next({ phase: 'loading', progress }))
        // Its people's numbers are typed without a country code.
        if (!isFixed('region')) saveSettings({ defaultRegion: region })
        device.save({ started: true })
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
    'app.views': () =>
      views.status$.pipe(
        throttleTime(PROGRESS_MS, asyncScheduler, { leading: true, trailing: true }),
        map(({ answers, rebuild = null }): ViewsStatus => ({ answers, rebuild })),
      ),
    'app.rebuildViews': async () => {
      const start = performance.now()
      await views.rebuild()
      return { milliseconds: Math.round(performance.now() - start) }
    },
    'app.opening': () => opening$,
    'app.managed': () => new BehaviorSubject(device.managed),
    'app.licences': () => readLicences(device.licenceFiles),
    'app.openLog': async () => {
      await showLog()
      return {}
    },
    'app.openOutside': async ({ address }) => {
      if (!isOutsideAddress(address))
        throw new ScvError('invalid_input', 'Only numbers and e-mail addresses are opened.', { field: 'address' })
      await openOutside(address)
      return {}
    },
    'app.saveSettings': saveSettings,
    'app.saveOrganisation': async ({ defaultRegion }) => {
      await engine.settings.setDefaultRegion(caller.actor(), defaultRegion)
      return {}
    },
  }
}
