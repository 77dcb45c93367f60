import * as fs from 'node:fs';
import * as assertions from 'aws-cdk-lib/assertions';
import { FILE as PROP_TYPES, propTypes } from '../../scripts/prop-types';

/** What jsii makes of src: the surface that five languages see. */
interface TypeReference {
  fqn?: string;
  primitive?: string;
  union?: unknown;
  collection?: { elementtype: TypeReference };
}
interface Member {
  name: string;
  docs?: { summary?: string; default?: string };
  optional?: boolean;
  type?: TypeReference;
  returns?: { type: TypeReference };
  parameters?: (Member & { variadic?: boolean })[];
}
interface Type {
  fqn: string;
  name: string;
  kind: 'class' | 'interface' | 'enum';
  datatype?: boolean;
  docs?: { summary?: string };
  properties?: Member[];
  methods?: Member[];
  initializer?: Member;
}

const assembly = JSON.parse(fs.readFileSync('.jsii', 'utf8')) as { types: Record<string, Type> };
const types = Object.values(assembly.types);
const structs = types.filter((type) => type.datatype);
const members = types.flatMap((type) =>
  [...(type.properties ?? []), ...(type.methods ?? [])].map((member) => ({
    type,
    member,
    at: `${type.name}.${member.name}`,
  })),
);

function references(member: Member): TypeReference[] {
  return [member.type, member.returns?.type, ...(member.parameters ?? []).map((p) => p.type)].filter(
    (t) => t !== undefined,
  );
}

const deep = (reference: TypeReference): TypeReference[] =>
  reference.collection ? [reference, ...deep(reference.collection.elementtype)] : [reference];

test('there is a surface', () => {
  expect(types.length).toBeGreaterThan(10);
  expect(members.length).toBeGreaterThan(50);
});

test('no unions and no any', () => {
  const all = [
    ...members.map(({ at, member }) => ({ at, refs: references(member) })),
    ...types
      .filter((t) => t.initializer)
      .map((t) => ({ at: `new ${t.name}`, refs: references(t.initializer as Member) })),
  ];
  const loose = all.filter(({ refs }) =>
    refs.flatMap(deep).some((r) => r.union || r.primitive === 'any' || r.primitive === 'json'),
  );
  expect(loose.map(({ at }) => at)).toEqual([]);
});

test('structs have no I before their name, behavioural interfaces do', () => {
  const wrong = types.filter((t) => t.kind === 'interface' && /^I[A-Z]/.test(t.name) === Boolean(t.datatype));
  expect(wrong.map((t) => t.name)).toEqual([]);
});

test('every type and member is documented', () => {
  expect(types.filter((t) => !t.docs?.summary).map((t) => t.name)).toEqual([]);
  expect(members.filter(({ member }) => !member.docs?.summary).map(({ at }) => at)).toEqual([]);
});

test('every optional prop says its default', () => {
  const silent = structs.flatMap((t) =>
    (t.properties ?? []).filter((p) => p.optional && !p.docs?.default).map((p) => `${t.name}.${p.name}`),
  );
  expect(silent).toEqual([]);
});

test('a group of props has no required member, and groups are one level deep', () => {
  const props = structs.find((t) => t.name === 'BulkMailerProps');
  const own = new Set(structs.map((t) => t.fqn));
  const groups = (props?.properties ?? []).map((p) => p.type?.fqn).filter((fqn) => fqn !== undefined && own.has(fqn));
  expect(groups.length).toBeGreaterThan(2);
  for (const group of structs.filter((t) => groups.includes(t.fqn))) {
    expect((group.properties ?? []).filter((p) => !p.optional).map((p) => `${group.name}.${p.name}`)).toEqual([]);
    expect(
      (group.properties ?? [])
        .filter((p) => p.type?.fqn && own.has(p.type.fqn) && structs.some((s) => s.fqn === p.type?.fqn))
        .map((p) => p.name),
    ).toEqual([]);
  }
});

const RESERVED = {
  python:
    'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield self print',
  java: 'abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if implements import instanceof int interface long native new package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while true false null',
  go: 'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var',
};

test.each(Object.entries(RESERVED))('no name is a reserved word of %s', (_language, words) => {
  const reserved = new Set(words.split(' '));
  const names = members.flatMap(({ at, member }) => [
    { at, name: member.name },
    ...(member.parameters ?? []).map((p) => ({ at: `${at}(${p.name})`, name: p.name })),
  ]);
  expect(names.filter(({ name }) => reserved.has(name)).map(({ at }) => at)).toEqual([]);
});

test('no type has a name of aws_cdk.assertions, which tests import beside ours', () => {
  const taken = new Set(Object.keys(assertions));
  expect(types.filter((t) => taken.has(t.name)).map((t) => t.name)).toEqual([]);
});

test('plain JavaScript is checked by the props of the surface (`npx projen prop-types` writes them)', () => {
  expect(fs.readFileSync(PROP_TYPES, 'utf8')).toBe(propTypes());
});
