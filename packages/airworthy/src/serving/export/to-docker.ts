import { bundleFiles, type ExportedFiles, type ExportSource, imageOf } from './exported-files.ts';
import { imageFiles, PORT } from './image-files.ts';

/** A build context: `docker build` makes an image of it that serves the bundle. */
export function toDocker(source: ExportSource): ExportedFiles {
  const image = imageOf(source);
  const readme = `# ${source.endpoint}

Builds an image that serves ${source.release.model} version ${source.release.version}.

\`\`\`
docker build --tag ${image} .
docker run --publish ${PORT}:${PORT} --env AIRWORTHY_TOKEN --volume airworthy:/data ${image}
\`\`\`

The bundle is checked when the container starts: its digests, who signed it, and that its golden records get the
answers they got when it was packed. Only then /ready answers 200. \`/data\` keeps the log of predictions.
`;
  return new Map([...imageFiles(source, 'bundle'), ...bundleFiles(source, 'bundle'), ['README.md', readme]]);
}
