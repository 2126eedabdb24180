// What a reference picture is taken of (screens.ts).
import type { ElectronApplication, Page } from '@playwright/test'
import type { Frame } from './pages/frame'

export interface At {
  page: Page
  app: ElectronApplication
  frame: Frame
}

export interface Shot {
  name: string
  /** Goes to the screen and waits until it is all there. */
  open(at: At): Promise<void>
}
