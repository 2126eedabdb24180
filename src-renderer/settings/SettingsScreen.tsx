// Settings of this installation, what is kept, and what it is; with its parts listed at the side.
import { Box, Stack, TableOfContents } from '@mantine/core'
import { useState } from 'react'
import { Page } from '../components/Page'
import { useMay, useMayChange } from '../state/access'
import { HEIGHT } from '../theme'
import { About } from './About'
import { Encryption } from './Encryption'
import { Exporting } from './Exporting'
import { General } from './General'
import { LocalApi } from './LocalApi'
import { ManagedHere } from './ManagedHere'
import { Organisation } from './Organisation'
import { Outside } from './Outside'
import { SearchAndLists } from './SearchAndLists'
import { Server } from './Server'
import { TypedFields } from './TypedFields'
import { WhatIsKept } from './WhatIsKept'

const CONTENT_ID = 'settings-content'

export function SettingsScreen() {
  /** The part of the page that scrolls, which tells where one is. */
  const [host, setHost] = useState<HTMLElement | null>(null)
  const may = useMay()
  const mayChange = useMayChange()
  return (
    <Page title="Settings" scroll>
      <Box className="scv-settings">
        <Stack
          gap="md"
          id={CONTENT_ID}
          ref={(content) => setHost(content?.closest<HTMLElement>('[data-page-scroll]') ?? null)}
        >
          <ManagedHere />
          {mayChange && <General />}
          {mayChange && <Outside />}
          {mayChange && <Encryption />}
          <Organisation />
          {may('contact:view') && <TypedFields />}
          <Server />
          {mayChange && <LocalApi />}
          <WhatIsKept />
          {mayChange && may('contact:view') && <Exporting />}
          {mayChange && <SearchAndLists />}
          <About />
        </Stack>
        <Box component="nav" aria-label="Parts of the settings" className="scv-settings-parts">
          {host && (
            <TableOfContents
              variant="light"
              size="sm"
              minDepthToOffset={2}
              scrollSpyOptions={{ selector: `#${CONTENT_ID} h2`, scrollHost: host, offset: HEIGHT.heading }}
              getControlProps={({ data }) => ({
                onClick: () => {
                  const heading = data.getNode()
                  heading.closest('section')?.scrollIntoView({ block: 'start' })
                  heading.tabIndex = -1
                  heading.focus({ preventScroll: true })
                },
                children: data.value,
              })}
            />
          )}
        </Box>
      </Box>
    </Page>
  )
}
