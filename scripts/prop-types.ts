// Writes src/private/prop-types.ts: what each prop of the public structs takes, by which plain JavaScript is checked.
import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
export const FILE = path.join(ROOT, 'src', 'private', 'prop-types.ts');

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: TypeReference };
}

interface Type {
  readonly name: string;
  readonly kind: 'class' | 'enum' | 'interface';
  readonly datatype?: boolean;
  readonly interfaces?: readonly string[];
  readonly properties?: readonly { readonly name: string; readonly optional?: boolean; readonly type: TypeReference }[];
}

interface Assembly {
  readonly name: string;
  readonly types: { readonly [fqn: string]: Type };
}

export function propTypes(): string {
  const { name, types }: Assembly = JSON.parse(fs.readFileSync(path.join(ROOT, '.jsii'), 'utf8'));
  const kindOf = ({ primitive, fqn = '', collection }: TypeReference): string => {
    if (collection) {
      const element = kindOf(collection.elementtype);
      return collection.kind === 'array' ? `${element}[]` : `${element}{}`;
    }
    if (primitive) return primitive;
    if (types[fqn]) return types[fqn].kind === 'enum' ? 'string' : types[fqn].name;
    // Of other packages, a name shows only whether it is an interface.
    return /\.I[A-Z]\w*$/.test(fqn) ? 'object' : 'any';
  };
  const propsOf = ({ interfaces = [], properties = [] }: Type): string[] => [
    ...interfaces.filter((fqn) => fqn.startsWith(`${name}.`)).flatMap((fqn) => propsOf(types[fqn]!)),
    ...properties.map((prop) => `    ${prop.name}: '${kindOf(prop.type)}${prop.optional ? '?' : ''}',`),
  ];
  const structs = Object.values(types)
    .filter(({ datatype }) => datatype)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((type) => `  ${type.name}: {\n${propsOf(type).sort().join('\n')}\n  },`);
  return `/** What each prop takes; \`?\` if it may be left out. \`npx projen prop-types\` writes this from the assembly. */
export const PROP_TYPES = {
${structs.join('\n')}
} as const;
`;
}

if (require.main === module) fs.writeFileSync(FILE, propTypes());
