// The order of test files: those of replication wait for servers and clocks most of the time, so they run beside those that
// work, not beside each other. The rest of the order is Vitest's own: what took long begins first.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const WAITING = /\/test\/(?:replication|api|simulation)\//

export default class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const waiting = sorted.filter(({ moduleId }) => WAITING.test(moduleId))
    const working = sorted.filter(({ moduleId }) => !WAITING.test(moduleId))
    const mixed: TestSpecification[] = []
    while (waiting.length + working.length > 0) mixed.push(...waiting.splice(0, 1), ...working.splice(0, 2))
    // Each project has processes of its own, so its files stay together.
    return mixed.sort((a, b) => a.project.name.localeCompare(b.project.name))
  }
}
