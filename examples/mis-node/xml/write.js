// XML as tagged templates: what is put in is escaped, what was made by `xml` is not.

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' };
// Everything that XML 1.0 §2.2 does not allow.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const escape = (text) => {
  const bad = FORBIDDEN.exec(text);
  if (bad) {
    const code = bad[0].codePointAt(0).toString(16).padStart(4, '0').toUpperCase();
    throw new Error(`Знак U+${code} в XML недопустим`);
  }
  return text.replace(/[&<>"\r]/g, (sign) => ESCAPES[sign]);
};

const render = (value) => {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return value === null || value === undefined || value === false ? '' : escape(String(value));
};

/** Returns markup of a template; null, undefined and false leave nothing, a list is joined. */
export const xml = (strings, ...values) =>
  new Markup(strings.reduce((text, part, i) => text + render(values[i - 1]) + part));

/** Returns the octets of a document with its XML declaration. */
export const toBytes = (markup) =>
  Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${markup.text.trim()}\n`, 'utf8');
