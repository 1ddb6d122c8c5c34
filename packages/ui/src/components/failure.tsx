import { RequestError } from '../api/request.ts';
import { CopyButton } from './copy-text.tsx';

/** A refusal in the server's words: code, message, remedy, and a report to copy. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const { code, remedy } = describe(error);
  return (
    <div className="failure" role="alert">
      <p>
        <code>{code}</code> <strong>{error.message}</strong>
      </p>
      {remedy === null ? null : <p>{remedy}</p>}
      <p className="row">
        {retry === undefined ? null : (
          <button type="button" className="plain-button" onClick={retry}>
            Try again
          </button>
        )}
        <CopyButton text={report(error)} label="bug report" />
      </p>
    </div>
  );
}

function describe(error: Error): { code: string; remedy: string | null } {
  if (error instanceof RequestError) return { code: error.code, remedy: error.remedy };
  return { code: 'PAGE_FAILED', remedy: 'Reload the page; if it fails again, send us a copy of this.' };
}

function report(error: Error): string {
  const { code, remedy } = describe(error);
  const request = error instanceof RequestError ? { request: error.path, status: error.status } : {};
  const facts = { code, message: error.message, remedy, ...request, page: location.href };
  return JSON.stringify(facts, null, 2);
}
