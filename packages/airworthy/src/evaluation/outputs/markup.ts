const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML and HTML, in content and in attributes; characters that XML 1.0 has no form for become U+FFFD. */
export function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}|\p{Noncharacter_Code_Point}/gu, (sign) => ('\t\n\r'.includes(sign) ? sign : '\ufffd'))
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]);
}
