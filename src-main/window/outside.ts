// What stands outside the window: notifications of the system, the number on the taskbar's icon, and the icon in the tray.
// Invariant: each is there only while the settings say so; none takes the focus, and none outlives the application.
import { app, type BrowserWindow, Menu, Notification, nativeImage, Tray } from 'electron'

interface Announcement {
  title: string
  body: string
}

interface OutsideState {
  /** Interactions that wait for a decision. */
  open: number
  badge: boolean
  tray: boolean
}

interface Outside {
  announce(announcement: Announcement): void
  show(state: OutsideState): void
  close(): void
}

/**
 * @param window the one there is now
 * @param open brings it to the front
 * @param lock locks it
 */
export function createOutside(window: () => BrowserWindow | undefined, open: () => void, lock: () => void): Outside {
  let tray: Tray | undefined
  /** Kept until they are closed: one that is collected answers no click. */
  const shown = new Set<Notification>()

  function showTray(isWanted: boolean, waiting: number): void {
    if (!isWanted) {
      tray?.destroy()
      tray = undefined
      return
    }
    if (!tray) {
      tray = new Tray(disc(32, [0x85, 0x72, 0x0f]))
      tray.on('click', open)
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: 'Open Single Customer View', click: open },
          { label: 'Lock', click: lock },
          { type: 'separator' },
          { label: 'Quit', click: () => app.quit() },
        ]),
      )
    }
    tray.setToolTip(waiting === 0 ? app.getName() : `${app.getName()}: ${waitingWords(waiting)}`)
  }

  return {
    announce({ title, body }) {
      if (!Notification.isSupported() || window()?.isFocused()) return
      const one = new Notification({ title, body, silent: true })
      shown.add(one)
      one.on('click', open)
      one.on('close', () => shown.delete(one))
      one.show()
    },
    show({ open: waiting, badge, tray: hasTray }) {
      const count = badge ? waiting : 0
      app.setBadgeCount(count)
      if (process.platform === 'win32')
        window()?.setOverlayIcon(count > 0 ? disc(16, [0x2a, 0x2a, 0xc9]) : null, count > 0 ? waitingWords(count) : '')
      showTray(hasTray, waiting)
    },
    close() {
      for (const one of shown) one.close()
      shown.clear()
      app.setBadgeCount(0)
      tray?.destroy()
      tray = undefined
    },
  }
}

const waitingWords = (count: number): string => (count === 1 ? '1 interaction waits' : `${count} interactions wait`)

/** A disc of one colour (blue, green, red), drawn rather than shipped. */
function disc(size: number, color: readonly [number, number, number]) {
  const pixels = Buffer.alloc(size * size * 4)
  const middle = (size - 1) / 2
  for (let at = 0; at < size * size; at++) {
    const far = Math.hypot((at % size) - middle, Math.floor(at / size) - middle)
    const inside = Math.max(0, Math.min(1, middle - far))
    const isRing = far < middle * 0.55 && far > middle * 0.3
    const [blue, green, red] = isRing ? [255, 255, 255] : color
    pixels.set(
      [blue, green, red].map((part) => Math.round(part * inside)),
      at * 4,
    )
    pixels[at * 4 + 3] = Math.round(255 * inside)
  }
  return nativeImage.createFromBitmap(pixels, { width: size, height: size })
}
