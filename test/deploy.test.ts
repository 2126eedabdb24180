// The files for running a server keep what they promise: the official image starts with them, what it writes is kept, and
// nothing but what devices use is open. The image's entrypoint runs `find … -exec chown` over /opt/couchdb under `set -e`.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { DATABASE_PREFIX } from '../src-main/replication/couch/protocol'

const folder = resolve(import.meta.dirname, '../deploy/couchdb')
const text = (name: string): string => readFileSync(join(folder, name), 'utf8')

interface Service {
  image: string
  volumes?: string[]
  environment?: Record<string, string>
  depends_on?: unknown
  ports?: string[]
}
const services = (name: string): [string, Service][] =>
  Object.entries((parse(text(name), { merge: true }) as { services: Record<string, Service> }).services)

/** Where a volume of a service comes from and goes to. */
const mounts = ({ volumes = [] }: Service) =>
  volumes.map((volume) => {
    const [from = '', to = '', mode = ''] = volume.split(':')
    return { from, to, readOnly: mode === 'ro' }
  })

const nodes = (name: string) =>
  services(name).filter(([, service]) => mounts(service).some(({ to }) => to === '/opt/couchdb/data'))

describe.each([
  ['compose.yaml', 1],
  ['compose.cluster.yaml', 3],
])('%s', (file, count) => {
  test('has its nodes, with data and settings in volumes of their own', () => {
    expect(nodes(file)).toHaveLength(count)
    const kept = nodes(file).flatMap(([, service]) => mounts(service).map(({ from }) => from))
    expect(new Set(kept).size).toBe(2 * count)
    for (const [, service] of nodes(file)) {
      expect(service.image).toMatch(/^couchdb:3\.5/)
      // What CouchDB writes stands in local.d: the hash of the password, the uuid, the secret of the cookies.
      expect(mounts(service).map(({ to }) => to)).toEqual(['/opt/couchdb/data', '/opt/couchdb/etc/local.d'])
    }
  })

  test('mounts nothing under /opt/couchdb that the entrypoint cannot give to its user', () => {
    for (const [, service] of services(file))
      for (const { from, to, readOnly } of mounts(service))
        if (to.startsWith('/opt/couchdb')) {
          expect(readOnly, to).toBe(false)
          expect(from).not.toMatch(/^[./]/)
        }
  })

  test('copies settings that stand before docker.ini, to which CouchDB writes', () => {
    const settings = services(file).find(([name]) => name === 'settings')?.[1] as Service & { command: string[] }
    const copied = [...settings.command.join('\n').matchAll(/\/(\d\d-[\w.-]+\.ini)/g)].map(([, name = '']) => name)
    expect(copied.length).toBeGreaterThan(0)
    for (const name of copied) expect([name, 'docker.ini'].sort()[0]).toBe(name)
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.ini')))
      expect([name, 'docker.ini'].sort()[0]).toBe(name)
  })

  test('has no secret in it, and opens CouchDB itself to this machine only', () => {
    expect(text(file)).not.toMatch(/PASSWORD: [^$\s]/)
    for (const [, { ports = [] }] of services(file))
      for (const port of ports) expect(port === '443:8443' || port.startsWith('127.0.0.1:')).toBe(true)
  })
})

describe.each(['haproxy.cfg', 'haproxy.cluster.cfg'])('%s', (file) => {
  const rules = text(file).slice(text(file).indexOf('frontend devices'), text(file).indexOf('default_backend'))
  const exact = /acl of_devices path (.+)/.exec(rules)?.[1]?.split(' ') ?? []
  const pattern = new RegExp(/acl of_devices path_reg (\S+)/.exec(rules)?.[1] ?? '$^')
  const administrators = new RegExp(/acl of_administrators path_reg (\S+)/.exec(rules)?.[1] ?? '$^')
  const open = (path: string): boolean => exact.includes(path) || pattern.test(path)

  test('lets devices through', () => {
    const database = `/${DATABASE_PREFIX}acme`
    for (const path of ['/', '/_session', '/_up', database, `${database}/_changes`, `${database}/_local/x`])
      expect(open(path), path).toBe(true)
  })

  test('keeps the rest of the server inside', () => {
    const inside = [
      '/_replicate',
      '/_replicator',
      '/_all_dbs',
      '/_dbs_info',
      '/_users',
      '/_users/_all_docs',
      '/_node/_local/_config',
      '/_utils',
      '/other',
      '//_replicate',
      '/scv-/x',
      '/SCV-acme',
    ]
    expect(inside.filter(open)).toEqual([])
    expect(rules).toContain('http-request return status 404 unless of_devices')
    for (const path of ['_security', '_compact', '_purge']) expect(administrators.test(`/scv-acme/${path}`)).toBe(true)
  })

  test('speaks TLS and compresses the feed', () => {
    expect(rules).toMatch(/bind :8443 ssl crt/)
    expect(text(file)).toContain('compression algo gzip')
  })
})
