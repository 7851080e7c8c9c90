/** From what was typed to a request: nothing here touches the page. */

/** @typedef {{name: string, in: string, type: string, [key: string]: any}} Parameter */

export class Wrong extends Error {
  /** @param {string} name @param {string} message */
  constructor(name, message) {
    super(message);
    this.parameter = name;
  }
}

/**
 * What is sent for these texts by parameter; blank ones are left out. Throws Wrong.
 *
 * @param {{method: string, path: string, parameters: Parameter[]}} detail
 * @param {Map<string, string>} texts by place and name
 * @param {string} anything a JSON object for an endpoint that declares nothing
 */
export function requestOf(detail, texts, anything = '') {
  let path = detail.path;
  const query = new URLSearchParams();
  /** @type {Record<string, string>} */
  const headers = {};
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const one of detail.parameters) {
    const text = texts.get(keyOf(one))?.trim() ?? '';
    if (one.in === 'path') {
      if (!text) throw new Wrong(one.name, 'is part of the address, so it has to be given');
      // Browsers take these for steps in the path, encoded or not.
      if (text === '.' || text === '..') throw new Wrong(one.name, `cannot be ${text} here`);
      path = path.replace(`{${one.name}}`, encodeURIComponent(text));
    } else if (text) {
      if (one.in === 'query') query.append(one.name, text);
      else if (one.in === 'header') headers[one.name] = headerOf(one, text);
      else body[one.name] = valueOf(one, text);
    }
  }
  const more = anything.trim() ? objectOf('anything', anything) : {};
  if (detail.method === 'GET') {
    for (const [name, value] of Object.entries(more)) {
      query.append(name, typeof value === 'string' ? value : JSON.stringify(value));
    }
  } else {
    Object.assign(body, more);
  }
  const hasBody = detail.method !== 'GET' && Object.keys(body).length > 0;
  if (hasBody) headers['Content-Type'] = 'application/json';
  return {
    path: query.size > 0 ? `${path}?${query}` : path,
    headers,
    body: hasBody ? JSON.stringify(body) : undefined
  };
}

/** Parameters of one name may be taken from two places. @param {Parameter} one */
export function keyOf(one) {
  return `${one.in} ${one.name}`;
}

/** @param {Parameter} one @param {string} text */
function headerOf(one, text) {
  if (!/^[\x20-\x7e]*$/.test(text))
    throw new Wrong(one.name, 'a header holds ASCII characters only');
  return text;
}

/** @param {Parameter} one @param {string} text @returns {unknown} */
function valueOf(one, text) {
  if (one.type === 'object') return objectOf(one.name, text);
  if (one.type === 'array') return text.startsWith('[') ? parsed(one.name, text) : text;
  if (one.type === 'boolean') return text === 'true';
  if (one.type === 'integer' || one.type === 'number') {
    const number = Number(text);
    // What JavaScript's numbers cannot hold is sent as it was typed.
    const isExact = one.type === 'number' ? Number.isFinite(number) : Number.isSafeInteger(number);
    return isExact ? number : text;
  }
  return text;
}

/** @param {string} name @param {string} text @returns {Record<string, unknown>} */
function objectOf(name, text) {
  const value = parsed(name, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Wrong(name, 'expected a JSON object, such as {"a": 1}');
  }
  return /** @type {Record<string, unknown>} */ (value);
}

/** @param {string} name @param {string} text @returns {unknown} */
function parsed(name, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Wrong(name, `is not JSON: ${/** @type {Error} */ (error).message}`);
  }
}
