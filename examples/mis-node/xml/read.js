// A small reader of XML 1.0 messages: UTF-8, namespaces, no DTD, bounded depth and number of elements.

const MAX_DEPTH = 100;
const MAX_ELEMENTS = 100_000;
const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const NAME = '[^\\s<>/=\'"!?&;]+';
const TOKEN = new RegExp(
  [
    '<!--(?<comment>[\\s\\S]*?)-->',
    '<!\\[CDATA\\[(?<cdata>[\\s\\S]*?)\\]\\]>',
    '<\\?(?<instruction>[\\s\\S]*?)\\?>',
    `</(?<close>${NAME})\\s*>`,
    `<(?<open>${NAME})(?<attributes>(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(?<empty>/?)>`,
    '(?<text>[^<]+)',
  ].join('|'),
  'y',
);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');

/** What is no XML message; the text is Russian. */
export class BadXmlError extends Error {}

const decode = (text) =>
  text.replace(/&([^;&\s]*;?)/g, (whole, reference) => {
    const name = reference.slice(0, -1);
    if (reference.endsWith(';') && Object.hasOwn(ENTITIES, name)) return ENTITIES[name];
    const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));$/i.exec(reference);
    const code = number && parseInt(number[1] ?? number[2], number[1] ? 16 : 10);
    if (!code || code > 0x10ffff) throw new BadXmlError(`Сущность ${whole} не объявлена`);
    return String.fromCodePoint(code);
  });

/** An element: local name, namespace, attributes as they are written, children, own text. */
class Element {
  constructor(name, namespace, attributes, namespaces) {
    Object.assign(this, { name, namespace, attributes, namespaces, children: [], text: '' });
  }

  /** Returns the first descendant on a path of local names, or undefined. */
  find(...path) {
    let found = this;
    for (const name of path) found = found?.children.find((child) => child.name === name);
    return found;
  }

  /** Returns all elements on a path of local names. */
  all(...path) {
    return path.reduce(
      (level, name) => level.flatMap(({ children }) => children.filter((e) => e.name === name)),
      [this],
    );
  }

  /** Returns the trimmed text of the element on a path, or undefined. */
  read(...path) {
    return this.find(...path)?.text.trim();
  }
}

const open = ({ open: qname, attributes: written }, parent) => {
  const attributes = {};
  const namespaces = Object.create(parent?.namespaces ?? null);
  for (const [, name, double, single] of written.matchAll(ATTRIBUTE)) {
    if (Object.hasOwn(attributes, name)) throw new BadXmlError(`Атрибут ${name} повторяется`);
    attributes[name] = decode(double ?? single);
    if (name === 'xmlns') namespaces[''] = attributes[name];
    else if (name.startsWith('xmlns:')) namespaces[name.slice(6)] = attributes[name];
  }
  const [local, prefix = ''] = qname.split(':').reverse();
  if (prefix && !(prefix in namespaces)) throw new BadXmlError(`Префикс ${prefix} не объявлен`);
  return Object.assign(new Element(local, namespaces[prefix], attributes, namespaces), { qname });
};

const decodeUtf8 = (data) => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    throw new BadXmlError('Сообщение не в UTF-8');
  }
};

/** Returns the root element; throws BadXmlError. */
export const parse = (data) => {
  const text = decodeUtf8(data);
  const path = [];
  let root;
  let count = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.groups;
    if (!token) {
      throw new BadXmlError(
        text.startsWith('<!DOCTYPE', at) ? 'DTD не принимается' : `Разметка нарушена у знака ${at}`,
      );
    }
    const parent = path[path.length - 1];
    const characters = token.cdata ?? (token.text === undefined ? undefined : decode(token.text));
    if (characters !== undefined) {
      if (parent) parent.text += characters;
      else if (characters.trim()) throw new BadXmlError('Текст вне корневого элемента');
    } else if (token.open) {
      count += 1;
      const node = open(token, parent);
      if (path.length >= MAX_DEPTH || count > MAX_ELEMENTS) throw new BadXmlError('Слишком сложно');
      if (!parent && root) throw new BadXmlError('Второй корневой элемент');
      root ??= node;
      parent?.children.push(node);
      if (!token.empty) path.push(node);
    } else if (token.close) {
      if (parent?.qname !== token.close) throw new BadXmlError(`Лишний тег </${token.close}>`);
      path.pop();
    }
  }
  if (!root || path.length) throw new BadXmlError('Сообщение обрывается');
  return root;
};
