// What packages are made of, and what of: the parts of `npm run dist` that need no package. The package itself: test/packaged.
import { FuseV1Options } from '@electron/fuses'
import { describe, expect, test } from 'vitest'
import { builderConfig } from '../build/package/builder-config'
import { hindrances } from '../build/package/electron-release'
import { FUSES } from '../build/package/fuses'
import { closureOf } from '../build/package/lock-closure'
import { sbomOf } from '../build/package/sbom'

describe('a release is made of', () => {
  test('an official Electron of the three supported majors', () => {
    for (const version of ['45.5.0', '44.1.0', '43.0.0'])
      expect(hindrances({ version, origin: 'official', latest: '45.5.0' })).toEqual([])
  })

  test.each([
    ['an older one', { version: '42.9.9', origin: 'official', latest: '45.5.0' }, /no security updates.*43 to 45/],
    ['the unofficial one', { version: '45.5.0', origin: 'npm', latest: '45.5.0' }, /unofficial/],
    ['one of unknown origin', { version: '45.5.0', origin: undefined, latest: '45.5.0' }, /not known/],
    ['a preview', { version: '46.0.0-beta.1', origin: 'official', latest: '45.5.0' }, /preview/],
    ['any, where no registry answers', { version: '45.5.0', origin: 'official', latest: undefined }, /did not answer/],
  ] as const)('not of %s', (_what, found, why) => {
    expect(hindrances(found)).toEqual([expect.stringMatching(why)])
  })
})

test('every fuse that is known is set on purpose', () => {
  const known = Object.values(FuseV1Options).filter((fuse): fuse is FuseV1Options => typeof fuse === 'number')
  expect(known.filter((fuse) => typeof FUSES[fuse] !== 'boolean')).toEqual([])
  expect(FUSES[FuseV1Options.RunAsNode]).toBe(false)
})

describe('what ships', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { dependencies: { b: '1', c: '1' }, optionalDependencies: { c: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { d: '1' } },
      'node_modules/b': {},
      'node_modules/d': { dependencies: { a: '1' } },
    },
  }
  test('is found from the inside out, and in circles once', () => {
    expect(closureOf(lock, ['a'])).toEqual(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/d'])
    expect(() => closureOf(lock, ['z'])).toThrow('“z”')
  })

  const named = (ref: string) => ({ name: ref.split('@')[0] ?? '', version: ref.split('@')[1] ?? '' })
  const npm = {
    components: ['a@1', 'shared@1', 'tool@1'].map((ref) => ({ type: 'library', ...named(ref), 'bom-ref': ref })),
    dependencies: [{ ref: 'app@1', dependsOn: ['a@1', 'tool@1'] }],
  }
  const packages = ['a@1', 'shared@1'].map(named)
  const versions = { electron: '45.5.0', chrome: '150.0.0.0', node: '24.15.0' }
  test('is listed with Electron and what that is made of, and without tools', () => {
    const { components, dependencies } = sbomOf(npm, { packages, bundled: [named('shared@1')], versions })
    expect(components.map((one) => one['bom-ref'])).toEqual([
      ...['a@1', 'shared@1'],
      ...['electron@45.5.0', 'chromium@150.0.0.0', 'node@24.15.0'],
    ])
    expect(dependencies[0]).toEqual({ ref: 'app@1', dependsOn: ['a@1', 'electron@45.5.0'] })
  })

  test('is not listed short of what is bundled, or of what the lock says ships', () => {
    expect(() => sbomOf(npm, { packages, bundled: [named('tool@1')], versions })).toThrow('tool@1')
    expect(() => sbomOf(npm, { packages: [named('gone@1')], bundled: [], versions })).toThrow('gone@1')
  })
})

describe('packages', () => {
  const choice = { output: '/o', afterPack: '/h.mjs', resources: '/r', electronVersion: '45.5.0', checksums: {} }
  test('for development bear the word, and are neither signed nor notarised', () => {
    const config = builderConfig({ ...choice, development: true })
    for (const name of [config.artifactName, config.nsis.artifactName]) expect(name).toContain('-development-')
    expect(config.mac.notarize).toBe(false)
  })

  test('of a release do not, and are', () => {
    const config = builderConfig({ ...choice, development: false })
    expect(config.artifactName).not.toContain('development')
    expect(config.mac).toMatchObject({ notarize: true, hardenedRuntime: true })
  })

  test('hold the bundle in an archive, no native code of this machine, and nothing else of the repository', () => {
    const { files, asar } = builderConfig({ ...choice, development: false })
    expect(asar).toBe(true)
    expect(files).toContain('!out/main/sqlite.node')
    expect(files.filter((pattern) => !pattern.startsWith('!'))).toEqual([
      'out/main/**',
      'out/preload/**',
      'out/renderer/**',
      'package.json',
    ])
  })
})
