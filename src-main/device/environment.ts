// Variables of the environment that would switch off what protects the data.
// Invariant: called before the first connection is made and the first thread starts: threads copy the environment.

/** What each would do to a process that heeds it. */
const UNSAFE = [
  'NODE_TLS_REJECT_UNAUTHORIZED', // takes any certificate for the server's
  'SSLKEYLOGFILE', // writes down the keys of encrypted connections
] as const

/** Takes them out of the environment of this process. An organisation's own authority comes by NODE_EXTRA_CA_CERTS. */
export function distrustEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment))
    if (UNSAFE.some((unsafe) => unsafe === name.toUpperCase())) delete environment[name]
}
