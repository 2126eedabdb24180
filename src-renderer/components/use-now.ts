// The present moment for relative times on screen, renewed every minute so that "3 minutes ago" does not go stale.
import { useEffect, useState } from 'react'

/** Milliseconds since the epoch. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
