// The order of test files: those of replication and the local API wait for servers and clocks most of the time, so they run
// beside those that work, not beside each other. The rest of the order is Vitest's own: what took long begins first.
import { BaseSequencer } from 'vitest/node'

const WAITING = /\/test\/(?:replication|api|simulation)\//

export class TestOrder extends BaseSequencer {
  /** @param {import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    const sorted = await super.sort(files)
    const waiting = sorted.filter(({ moduleId }) => WAITING.test(moduleId))
    const working = sorted.filter(({ moduleId }) => !WAITING.test(moduleId))
    const mixed = []
    while (waiting.length + working.length > 0) mixed.push(...waiting.splice(0, 1), ...working.splice(0, 2))
    // Each project has processes of its own, so its files stay together.
    return mixed.sort((a, b) => a.project.name.localeCompare(b.project.name))
  }
}
