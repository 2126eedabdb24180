// The last resort when a screen throws: the window says so and offers to start over, instead of going blank.
import { Button, Center, EmptyState } from '@mantine/core'
import { IconMoodSad } from '@tabler/icons-react'
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { useNavigation } from '../state/navigation'

interface State {
  error: Error | null
}

export class CrashBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('a screen failed', error, info.componentStack)
  }

  private readonly startOver = (): void => {
    useNavigation.setState(useNavigation.getInitialState())
    this.setState({ error: null })
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children
    return (
      <Center h="100%" p="xl" role="alert">
        <EmptyState
          icon={<IconMoodSad aria-hidden />}
          title="This screen stopped working"
          description="Nothing was lost: everything that was saved is still there."
        >
          <EmptyState.Actions>
            <Button onClick={this.startOver}>Back to Look up</Button>
          </EmptyState.Actions>
        </EmptyState>
      </Center>
    )
  }
}
