// Printing a page to PDF: Electron's own, in a hidden window that runs no script and loads nothing.
// Invariant: the page lives in memory alone and is gone when it is printed; nothing of it is written by Chromium.
import { randomUUID } from 'node:crypto'
import { BrowserWindow, session } from 'electron'

const PAGE_URL = 'https://print.invalid/'
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** @param html a whole page, whose texts are escaped */
export async function printToPdf(html: string): Promise<Uint8Array> {
  // Not `persist:`: it has no folder. One of its own each time, so that two prints never see each other.
  const own = session.fromPartition(`print-${randomUUID()}`, { cache: false })
  own.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  own.setPermissionCheckHandler(() => false)
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: url !== PAGE_URL }))
  own.protocol.handle('https', ({ url }) =>
    url === PAGE_URL
      ? new Response(html, {
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': POLICY,
            'cache-control': 'no-store',
          },
        })
      : new Response(null, { status: 404 }),
  )
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  try {
    await window.loadURL(PAGE_URL)
    return await window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      preferCSSPageSize: true,
      generateTaggedPDF: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate:
        '<div style="font-size:8px;width:100%;text-align:center"><span class="title"></span> · <span class="pageNumber"></span>/<span class="totalPages"></span></div>',
    })
  } finally {
    window.destroy()
    own.protocol.unhandle('https')
  }
}
