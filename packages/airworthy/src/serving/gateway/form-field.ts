const HEADER_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

/** Where the value of a field is within a multipart form; undefined where it has no such field. */
function findField(form: Buffer, name: string): { start: number; end: number } | undefined {
  const boundary = boundaryOf(form);
  if (boundary === undefined) return undefined;
  const separator = Buffer.concat([LINE_END, boundary]);
  for (let at = boundary.length; at !== -1 && at < form.length; ) {
    const header = form.indexOf(HEADER_END, at);
    if (header === -1) return undefined;
    const start = header + HEADER_END.length;
    const end = form.indexOf(separator, header);
    if (end === -1) return undefined;
    const described = form.toString('utf8', at, header);
    const named = /^content-disposition:[^\r\n]*[;\s]name="((?:[^"\\]|\\.)*)"/im.exec(described);
    const isFile = /^content-disposition:[^\r\n]*[;\s]filename\*?=/im.test(described);
    if (named?.[1] === name && !isFile) return { start: Math.min(start, end), end };
    at = end + separator.length;
  }
  return undefined;
}

/** A form begins with its boundary. */
function boundaryOf(form: Buffer): Buffer | undefined {
  const end = form.indexOf(LINE_END);
  return end > 2 && end <= 80 && form[0] === 0x2d && form[1] === 0x2d ? form.subarray(0, end) : undefined;
}

/** A field's text in a multipart form (RFC 7578); undefined where it has no such field. */
export function readFormField(form: Buffer, name: string): string | undefined {
  const found = findField(form, name);
  return found && form.toString('utf8', found.start, found.end);
}

/** The form with another text in a field; as it is where it has no such field. */
export function replaceFormField(form: Buffer, name: string, text: string): Buffer {
  const found = findField(form, name);
  if (found === undefined) return form;
  return Buffer.concat([form.subarray(0, found.start), Buffer.from(text), form.subarray(found.end)]);
}
