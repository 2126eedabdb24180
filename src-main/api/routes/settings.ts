// The settings that all devices of the organisation share.
import { defaultRegionSchema } from '@shared/contract/app'
import { z } from 'zod'
import { LOCAL, type Routes, refusals } from './route'

const settingsAnswer = { 200: z.object({ defaultRegion: defaultRegionSchema }), ...refusals }

export const settingsRoutes: Routes = (api, { engine, defaultRegion }) => {
  api.get(
    `${LOCAL}/settings`,
    {
      schema: {
        summary: 'How phone numbers without a country code are read, and who says so',
        tags: ['settings'],
        response: settingsAnswer,
      },
    },
    () => ({ defaultRegion: defaultRegion() }),
  )

  api.put(
    `${LOCAL}/settings`,
    {
      config: { permission: 'externalContacts:settings:edit' },
      schema: {
        summary: 'Set the region for all devices of the organisation; null: each by its own setting again',
        tags: ['settings'],
        body: z.object({ defaultRegion: z.string().trim().toUpperCase().length(2).nullable() }),
        response: settingsAnswer,
      },
    },
    async ({ body, caller }) => {
      await engine.settings.setDefaultRegion(caller.actor(), body.defaultRegion)
      return { defaultRegion: defaultRegion() }
    },
  )
}
