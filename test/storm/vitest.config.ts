// The storm alone: it is no part of the tests, and lasts as long as it is told to.
import base from '../../vitest.config'

const { projects: _, ...test } = base.test ?? {}

export default {
  ...base,
  test: { ...test, include: ['test/storm/*.storm.ts'], testTimeout: 4 * 3_600_000, hookTimeout: 600_000 },
}
