// temporary
export async function provisionForTests({
  url,
  user,
  password,
  org,
}: {
  url: string
  user: string
  password: string
  org: string
}): Promise<string> {
  const headers = { authorization: `Basic ${btoa(`${user}:${password}`)}`, 'content-type': 'application/json' }
  await fetch(`${url}/scv-${org}`, { method: 'PUT', headers })
  await fetch(`${url}/scv-${org}/_design/scv`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ schema: { version: 1, minimum: 1 } }),
  })
  return `scv-${org}`
}
