// The application itself: what it is, its settings, and the choices of the first start.
import { command, live, query } from '@shared/ipc/contract'
import { deviceIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import { IDENTIFIER_VALUE_MAX, RETENTION_DAYS_MAX, USER_NAME_MAX } from '../model/limits'
import { openingSchema } from '../model/opening'

export const settingsSchema = z.object({
  /** ISO 3166 alpha-2: how national phone notations are read when a contact names no region. */
  defaultRegion: z.string().length(2),
  /** Days after the last interaction at which auto-created contacts age out (domain specification, section 3). */
  retentionDays: z.number().int().min(1).max(RETENTION_DAYS_MAX),
  /** What this installation's user is called on what they write. */
  userName: z.string().min(1).max(USER_NAME_MAX),
  /** Whether this device may be worked with while no user is signed in, as the last one and under their roles. */
  workSignedOut: z.boolean(),
  /** Whether the window is locked with the system. */
  lockWithSystem: z.boolean(),
  /** What the system tells of an interaction that arrived while the window is not in front. */
  announce: z.enum(['nothing', 'channel', 'person']),
  /** The number of those that wait, on the taskbar's icon. */
  badge: z.boolean(),
  /** An icon in the tray. */
  tray: z.boolean(),
})
export type Settings = z.infer<typeof settingsSchema>

/** How phone numbers without a country code are read, and who says so. */
export const defaultRegionSchema = z.object({
  /** The one that counts, ISO 3166 alpha-2. */
  region: z.string().length(2),
  from: z.enum(['organisation', 'device']),
  /** This device's own, which counts where the organisation names none. */
  device: z.string().length(2),
  organisation: z.object({ region: z.string().length(2), by: z.string(), at: z.iso.datetime() }).nullable(),
})
export type DefaultRegion = z.infer<typeof defaultRegionSchema>

const appInfoSchema = z.object({
  version: z.string(),
  deviceId: deviceIdSchema,
  dataDir: z.string(),
  /** False until one of the first-start choices was made. */
  started: z.boolean(),
  /** `defaultRegion` is the one that counts: the organisation's, else this device's. */
  settings: settingsSchema,
  defaultRegion: defaultRegionSchema,
  /** Whether the person at this device may change the settings of the organisation. */
  mayChangeOrganisation: z.boolean(),
  counts: z.object({ curated: z.number(), autoCreated: z.number(), interactions: z.number() }),
})
export type AppInfo = z.infer<typeof appInfoSchema>

const sampleProgressSchema = z.object({
  phase: z.enum(['idle', 'loading', 'done', 'failed']),
  /** 0 to 1. */
  progress: z.number(),
  message: z.string().optional(),
})
export type SampleProgress = z.infer<typeof sampleProgressSchema>

const viewsStatusSchema = z.object({
  /** Whether there are lists, journeys and search to ask: not until the first were derived. */
  answers: z.boolean(),
  /** How far deriving them anew is, in records; null: they are not being derived. */
  rebuild: z.object({ done: z.number(), total: z.number() }).nullable(),
})
export type ViewsStatus = z.infer<typeof viewsStatusSchema>

const licenceSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** SPDX expression. */
  licence: z.string(),
  text: z.string(),
})
export type Licence = z.infer<typeof licenceSchema>

export const appContract = {
  /** Follows the application's facts and counts. */
  'app.info': live(z.object({}), appInfoSchema),
  /** All regions phone numbers can be read in, with nothing but their codes; names are the screen's business. */
  'app.regions': query(z.object({}), z.array(z.string())),
  /** First start: nothing here yet, on this device only. */
  'app.startEmpty': command(settingsSchema.partial(), z.object({})),
  /** First start: a seeded organisation of a few thousand people. Answers when it is all in; see `app.sampleProgress`. */
  'app.loadSample': command(
    settingsSchema.pick({ userName: true }),
    z.object({ contacts: z.number(), interactions: z.number() }),
  ),
  'app.sampleProgress': live(z.object({}), sampleProgressSchema),
  /** Follows what search, journeys and lists are about. */
  'app.views': live(z.object({}), viewsStatusSchema),
  /** Derives search, journeys and lists anew beside those that answer; answers when that is done. Loses nothing. */
  'app.rebuildViews': command(z.object({}), z.object({ milliseconds: z.number() })),
  /** The packages that are built in, by name. */
  'app.licences': query(z.object({}), z.array(licenceSchema)),
  /** Shows the log to the person at this device, in the program that the system has for text. */
  'app.openLog': command(z.object({}), z.object({})),
  /** Has the system call a number or write to an address, by the program it has for that. @throws invalid_input for any other address */
  'app.openOutside': command(z.object({ address: z.string().max(IDENTIFIER_VALUE_MAX) }), z.object({})),
  /** Follows what a link or an argument asks to be opened; each request has a number of its own. */
  'app.opening': live(z.object({}), z.object({ request: z.number(), what: openingSchema }).nullable()),
  /** Changes this device's own. */
  'app.saveSettings': command(settingsSchema.partial(), settingsSchema),
  /** Sets the region for all devices of the organisation; null: each by its own setting again. */
  'app.saveOrganisation': command(z.object({ defaultRegion: z.string().length(2).nullable() }), z.object({})),
} as const
