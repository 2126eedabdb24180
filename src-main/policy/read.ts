// Where each system keeps what its administrators fix. Invariant: only places that ordinary users cannot write count, and on
// Linux a file that they can write is refused.
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { ScvError } from '@shared/errors'
import { type InForce, parsePolicy } from './policy'

const POLICY_FILE = '/etc/single-customer-view/policy.json'
const REGISTRY = 'HKLM\\SOFTWARE\\Policies\\Single Customer View'
const MAC_DOMAIN = '/Library/Managed Preferences/org.singlecustomerview.app'
/** The value that holds the policy as JSON, on Windows and macOS. */
const VALUE = 'Policy'

/**
 * @param file of a system that keeps it in one
 * @throws ScvError `policy_invalid`
 */
export function policyInFile(file: string, isTrusted: (owner: number) => boolean = (owner) => owner === 0): InForce {
  let text: string
  try {
    const { uid, mode } = statSync(file)
    if (!isTrusted(uid) || (mode & 0o022) !== 0)
      throw new ScvError('policy_invalid', `The policy in ${file} counts for nothing: others than root can write it.`)
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof ScvError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new ScvError('policy_invalid', `The policy in ${file} cannot be read (${code}).`)
  }
  return { policy: parsePolicy(text, file), where: file }
}

/** What `reg query` says of a value, if it is there. */
export function registryValue(output: string): string | undefined {
  return new RegExp(`^\\s+${VALUE}\\s+REG_SZ\\s+(.*)$`, 'm').exec(output)?.[1]?.trim()
}

/**
 * @param command prints the value; ends with 1 where there is none
 * @throws ScvError `policy_invalid`: it could not be asked, or what it says cannot be followed
 */
export function policyBy(
  command: string,
  args: string[],
  where: string,
  valueIn: (output: string) => string | undefined,
): InForce {
  let output: string
  try {
    output = execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      windowsHide: true,
    })
  } catch (error) {
    const { status, code } = error as { status?: number | null; code?: string }
    if (status === 1) return null
    throw new ScvError('policy_invalid', `The policy in ${where} cannot be read (${code ?? status ?? 'no answer'}).`)
  }
  const text = valueIn(output)
  return text === undefined ? null : { policy: parsePolicy(text, where), where }
}

/** The policy of this machine. @throws ScvError `policy_invalid` */
export function readPolicy(): InForce {
  if (process.platform === 'win32') {
    const tool = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\reg.exe`
    return policyBy(tool, ['query', REGISTRY, '/v', VALUE], `${REGISTRY}\\${VALUE}`, registryValue)
  }
  if (process.platform === 'darwin')
    return policyBy(
      '/usr/bin/defaults',
      ['read', MAC_DOMAIN, VALUE],
      MAC_DOMAIN,
      (output) => output.trim() || undefined,
    )
  return policyInFile(POLICY_FILE)
}
