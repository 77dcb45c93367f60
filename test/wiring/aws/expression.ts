/** Conditions of DynamoDB, as much of their grammar as the ledger's clients write. What is not known here is an error. */
export interface Attribute {
  readonly S?: string;
  readonly N?: string;
  readonly [type: string]: unknown;
}
export type Item = { [name: string]: Attribute };

export interface Around {
  readonly ExpressionAttributeNames?: { readonly [alias: string]: string };
  readonly ExpressionAttributeValues?: { readonly [alias: string]: Attribute };
}

const TOKEN = /\s*([#:]?\w+|[()=<,])/gy;

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(expression)?.[1];
    if (token === undefined) throw new Error(`not understood: ${expression.slice(at)}`);
    tokens.push(token);
  }
  return tokens;
}

/** Whether a condition holds for an item, or for none. */
export function holds(expression: string, item: Item | undefined, around: Around): boolean {
  const tokens = tokensOf(expression);
  const take = (): string => {
    const token = tokens.shift();
    if (token === undefined) throw new Error(`ends too early: ${expression}`);
    return token;
  };
  const must = (token: string): void => {
    const found = take();
    if (found !== token) throw new Error(`got ${found}, must be ${token}: ${expression}`);
  };
  const value = (token: string): Attribute | undefined => {
    if (token.startsWith(':')) return defined(around.ExpressionAttributeValues?.[token], token);
    return item?.[nameOf(token, around)];
  };
  const call = (name: string): boolean => {
    must('(');
    const first = value(take());
    let holding: boolean;
    if (name === 'attribute_exists') holding = first !== undefined;
    else if (name === 'attribute_not_exists') holding = first === undefined;
    else if (name === 'begins_with') {
      must(',');
      const prefix = value(take())?.S;
      holding = prefix !== undefined && first?.S?.startsWith(prefix) === true;
    } else throw new Error(`no such function: ${name}`);
    must(')');
    return holding;
  };
  const one = (): boolean => {
    const token = take();
    if (token === 'NOT') return !one();
    if (token === '(') {
      const inner = any();
      must(')');
      return inner;
    }
    if (tokens[0] === '(') return call(token);
    const [left, operator, right] = [value(token), take(), value(take())];
    if (operator === '=') return left !== undefined && isSame(left, right);
    if (operator === '<') return left !== undefined && right !== undefined && isLess(left, right);
    throw new Error(`no such operator: ${operator}`);
  };
  // Both sides are read, whatever the first says: the tokens go with them.
  const all = (): boolean => {
    let holding = one();
    while (tokens[0] === 'AND') {
      take();
      holding = one() && holding;
    }
    return holding;
  };
  const any = (): boolean => {
    let holding = all();
    while (tokens[0] === 'OR') {
      take();
      holding = all() || holding;
    }
    return holding;
  };
  const holding = any();
  if (tokens.length > 0) throw new Error(`ends too late, at ${tokens[0]}: ${expression}`);
  return holding;
}

/** The item with what an UpdateExpression sets and removes. */
export function updated(item: Item, expression: string, around: Around): Item {
  const made = { ...item };
  const [, set = '', remove = ''] = /^(?:SET (.*?))? ?(?:REMOVE (.*))?$/.exec(expression) ?? [];
  if (set === '' && remove === '') throw new Error(`not understood: ${expression}`);
  for (const part of set.split(', ').filter(Boolean)) {
    const [, name, value] = /^(\S+) = (:\w+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not understood: ${part}`);
    made[nameOf(name, around)] = defined(around.ExpressionAttributeValues?.[value], value);
  }
  for (const name of remove.split(', ').filter(Boolean)) delete made[nameOf(name, around)];
  return made;
}

const nameOf = (token: string, { ExpressionAttributeNames }: Around): string =>
  token.startsWith('#') ? defined(ExpressionAttributeNames?.[token], token) : token;

function defined<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} has no value`);
  return value;
}

const isSame = (left: Attribute, right: Attribute | undefined): boolean =>
  JSON.stringify(left) === JSON.stringify(right);

function isLess(left: Attribute, right: Attribute): boolean {
  if (left.N !== undefined && right.N !== undefined) return Number(left.N) < Number(right.N);
  return left.S !== undefined && right.S !== undefined && left.S < right.S;
}
