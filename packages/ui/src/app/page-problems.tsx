import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Failure } from '../components/failure.tsx';
import { PageFrame } from '../components/page-frame.tsx';

export function PageNotFound() {
  return (
    <PageFrame title="No such page" answer={<p>Nothing of this project is at this address.</p>}>
      <p>
        <Link to="/">Go to the project</Link>
      </p>
    </PageFrame>
  );
}

export function PageCrash({ error }: ErrorComponentProps) {
  return (
    <PageFrame title="This page failed">
      <Failure
        error={error instanceof Error ? error : new Error(String(error))}
        retry={() => location.reload()}
      />
    </PageFrame>
  );
}
