// What can be said of a server's address and of a certificate before the server is asked.

/** What is wrong with an address; null when it can be tried. */
export function addressProblem(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '') return 'Where the server is.'
  if (!/^https?:\/\//i.test(trimmed)) return 'It begins with https:// or http://.'
  if (!URL.canParse(trimmed)) return 'This is no address. It has the form https://sync.example.org.'
  const { username, password } = new URL(trimmed)
  return username === '' && password === '' ? null : 'Leave name and password out of the address; they go below.'
}

const OWN = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** A word of caution that prevents nothing; null when there is none. */
export function addressRemark(text: string): string | null {
  const trimmed = text.trim()
  if (!URL.canParse(trimmed)) return null
  const { protocol, hostname } = new URL(trimmed)
  return protocol === 'http:' && !OWN.test(hostname)
    ? 'Without https, others on the way can read your password and everything else.'
    : null
}

/** What is wrong with a pasted certificate; null when it is none or looks like one. */
export function certificateProblem(text: string): string | null {
  if (text.trim() === '') return null
  if (/PRIVATE KEY/.test(text)) return 'This is a private key, which must never leave the server. Give the certificate.'
  return /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text)
    ? null
    : 'A certificate begins with “-----BEGIN CERTIFICATE-----” (PEM).'
}
