// The application menu: what the keyboard of each system expects (copy, paste, zoom, full screen, quit), and no more.
// Electron's default menu would add reload and developer tools to the finished product.
import { app, Menu, type MenuItemConstructorOptions } from 'electron'

/** Sets the menu; developer tools and reload only in development. */
export function setMenu(dev: boolean): void {
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : [{ role: 'fileMenu' } as const]),
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...(dev ? [{ role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ]
  app.setAboutPanelOptions({ applicationName: app.getName(), applicationVersion: app.getVersion() })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
