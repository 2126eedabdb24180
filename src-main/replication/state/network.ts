// Notices that the network changed, or that the computer slept: then waiting for the next attempt is a waste of time.
// Invariant: a hint and nothing more; a listener that gets it too often only asks a server that is not there once more.
import { networkInterfaces } from 'node:os'

const LOOK_MS = 3000
/** A timer so late means that the process did not run meanwhile. */
const SLEPT_MS = 10_000

/** Addresses by which others can be reached: what changes when a cable is plugged in or a wireless network joined. */
function addressesOf(interfaces: ReturnType<typeof networkInterfaces>): string {
  const addresses = Object.entries(interfaces).flatMap(([name, entries = []]) =>
    entries.filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`),
  )
  return addresses.sort().join('\n')
}

/**
 * @param onChange told what happened: other addresses, or the computer woke up
 * @param read the system's interfaces; tests give their own
 * @returns ends the watch
 */
export function watchNetwork(
  onChange: (what: 'network' | 'woke') => void,
  read: () => ReturnType<typeof networkInterfaces> = networkInterfaces,
  lookMs = LOOK_MS,
): () => void {
  let known = addressesOf(read())
  let last = Date.now()
  const timer = setInterval(() => {
    const addresses = addressesOf(read())
    const slept = Date.now() - last > lookMs + SLEPT_MS
    last = Date.now()
    if (slept) onChange('woke')
    else if (addresses !== known) onChange('network')
    known = addresses
  }, lookMs)
  timer.unref()
  return () => clearInterval(timer)
}
