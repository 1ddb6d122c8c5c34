import { extname } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import type { DataFormat } from '../schema.ts';
import type { FoundFile } from './find-files.ts';

const FORMAT_BY_ENDING: Record<string, DataFormat> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
};

/** The one format of all files, by their endings. */
export function detectFormat(files: readonly FoundFile[]): DataFormat {
  const formats = files.map((file) => {
    const format = FORMAT_BY_ENDING[extname(file.path).toLowerCase()];
    if (format) return format;
    throw new AirworthyError('DATA_FORMAT_UNKNOWN', {
      message: `"${file.shown}" has an ending that tells no format (known: ${Object.keys(FORMAT_BY_ENDING).join(' ')})`,
      at: 'data.source',
    });
  });
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other === -1) return formats[0];
  throw new AirworthyError('DATA_FORMAT_UNKNOWN', {
    message: `"${files[0].shown}" is ${formats[0]} and "${files[other].shown}" is ${formats[other]}; a dataset has one format`,
    remedy: 'Narrow the glob in `data.source`, or convert the files to one format.',
    at: 'data.source',
  });
}
