// A device in a process of its own: the whole application without a window, driven by messages. RxDB counts open
// collections per process, and a crash has to be a real one. Usage: device-process OPTIONS (as JSON)
// Invariant: one device at a time; closed in order, its process opens another when asked to, and ends with its parent.
import { contract } from '@shared/contract'
import { firstValueFrom } from 'rxjs'
import { openApplication } from '../../../src-main/app'
import { createDispatcher } from '../../../src-main/ipc/dispatch'
import type { DeviceOptions, DeviceRequest } from './device'

let ahead = 0
let device: Device | undefined

type Device = Awaited<ReturnType<typeof open>>

async function open(options: DeviceOptions) {
  ahead = options.aheadMs ?? 0
  const application = await openApplication({
    dataDir: options.dataDir,
    version: '0.0.0-test',
    dialogs: {
      chooseImportFile: async () => undefined,
      chooseReportFile: async () => undefined,
      chooseExportFile: async () => undefined,
    },
    now: () => Date.now() + ahead,
    ...(options.keepPassword
      ? {
          keychain: {
            available: () => false,
            encrypt: (text) => Buffer.from(text),
            decrypt: (data) => data.toString(),
          },
        }
      : {}),
    onDefect: (error) => console.error('defect', error),
  })
  const dispatcher = createDispatcher(contract, application.handlers, { log: console.error, checkOutput: true })
  return { application, dispatcher, context: { signal: new AbortController().signal } }
}

async function carryOut(request: DeviceRequest): Promise<unknown> {
  if (request.do === 'open') {
    device = await open(request.options)
    return undefined
  }
  if (!device) throw new Error('no device is open')
  const { application, dispatcher, context } = device
  switch (request.do) {
    case 'call':
      return dispatcher.answer(request.name, request.input, context)
    case 'first':
      return firstValueFrom(dispatcher.open(request.name, request.input, context))
    case 'export': {
      const lines: string[] = []
      for await (const line of application.engine.queries.exportLines()) lines.push(line)
      return lines
    }
    case 'clock':
      ahead = request.aheadMs
      return undefined
    case 'close':
      device = undefined
      await application.close()
      return undefined
  }
}

async function main(): Promise<void> {
  process.on('disconnect', () => process.exit())
  device = await open(JSON.parse(process.argv[2] ?? '{}') as DeviceOptions)
  process.on('message', (message: { id: number; request: DeviceRequest }) => {
    carryOut(message.request).then(
      (value) => process.send?.({ id: message.id, value }),
      (error: unknown) => process.send?.({ id: message.id, error: String(error) }),
    )
  })
  process.send?.({ id: 0 })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
