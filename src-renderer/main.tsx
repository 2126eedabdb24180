// Starts the page: styles, then the application in the scheme that the system asks for.
import './before-all'
import '@mantine/core/styles.css'
import '@mantine/dropzone/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './styles.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { CrashBoundary } from './app/CrashBoundary'
import { cssVariablesResolver, theme } from './theme'
import { DataGate } from './vault/DataGate'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <Notifications position="bottom-center" autoClose={6000} limit={3} />
      <CrashBoundary>
        <DataGate>
          <App />
        </DataGate>
      </CrashBoundary>
    </MantineProvider>
  </StrictMode>,
)
