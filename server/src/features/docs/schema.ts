/** The JSON schemas of fields, for the OpenAPI document. Pure. */
import type { Field, Fields } from '../../../../sdk/src/contract/field.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The schema of a value as a caller may send it. */
export function inputSchema(field: Field): Schema {
  const { description, example } = field;
  return { ...inputType(field), description, examples: [example] };
}

function inputType(field: Field): Schema {
  const empty = field.required ? [] : ['null'];
  switch (field.kind) {
    case 'text': {
      const { min, max, length, isSecret } = field;
      // Lengths count after trimming, so only an upper bound of the trimmed text can be given here.
      return {
        type: ['string', ...empty],
        ...(min ? { minLength: min } : {}),
        ...(max ? { maxLength: max } : {}),
        ...(length ? { maxLength: length } : {}),
        ...(isSecret ? { format: 'password', writeOnly: true } : {}),
      };
    }
    case 'email':
      return { type: ['string', ...empty], format: 'email', maxLength: 254 };
    case 'phone':
      return { type: ['string', 'integer', ...empty], pattern: '^\\s*(\\+?[0-9]{1,20})?\\s*$', minimum: 0 };
    case 'money':
      return { type: ['string', 'number', ...empty], pattern: '^\\s*(-?[0-9]{1,8}(\\.[0-9]{1,2})?)?\\s*$' };
    case 'numbers':
      return { type: 'array', items: { type: 'integer', minimum: 1 }, maxItems: field.maxItems };
    case 'names': {
      const items = field.options
        ? { type: 'string', enum: field.options }
        : { type: 'string', minLength: 1, maxLength: field.maxLength };
      return { type: 'array', items, maxItems: field.maxItems };
    }
    case 'time':
      return { type: ['string', ...empty] };
    case 'records':
      return { type: 'array', items: inputObject(field.fields, true), minItems: 1, maxItems: field.maxItems };
    case 'integer':
      return { type: 'integer', minimum: field.min ?? 1, ...(field.max ? { maximum: field.max } : {}) };
    case 'flag':
      return { type: 'boolean' };
    case 'choice':
      return field.isClearable
        ? { type: ['string', 'null'], enum: [...field.options, null] }
        : { type: 'string', enum: field.options };
    default:
      throw new Error(`A ${field.kind} cannot be sent`);
  }
}

/** The schema of a value as a response holds it. */
function outputSchema(field: Field): Schema {
  const { description, example, nullable } = field;
  const schema = outputType(field);
  if (nullable && '$ref' in schema) return { anyOf: [schema, { type: 'null' }], description };
  if ('$ref' in schema) return { ...schema, description };
  const orNull = nullable
    ? { type: [schema.type, 'null'], ...('enum' in schema ? { enum: [...(schema.enum as string[]), null] } : {}) }
    : {};
  return { ...schema, ...orNull, description, examples: [example] };
}

const fieldChange = { type: ['string', 'array', 'null'], items: { type: 'string' } };

function outputType(field: Field): Schema {
  switch (field.kind) {
    case 'integer':
      return { type: 'integer', minimum: field.min ?? 1 };
    case 'time':
      return { type: 'string', format: 'date-time' };
    case 'money':
      return { type: 'string', pattern: '^-?[0-9]+\\.[0-9]{2}$' };
    case 'names':
      return { type: 'array', items: { type: 'string' } };
    case 'flag':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: field.options };
    case 'record':
      return { $ref: `#/components/schemas/${field.name}` };
    case 'records':
      return { type: 'array', items: { $ref: `#/components/schemas/${field.name}` } };
    case 'violations':
      return { type: 'array', items: { $ref: '#/components/schemas/Violation' } };
    case 'changed':
      return {
        type: 'object',
        additionalProperties: {
          type: 'object',
          properties: { before: fieldChange, after: fieldChange },
          required: ['before', 'after'],
        },
      };
    default:
      return { type: 'string' };
  }
}

export function inputObject(fields: Fields, partial: boolean): Schema {
  const required = Object.keys(fields).filter((name) => fields[name]?.required && !partial);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, inputSchema(field)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** The resources within fields, at any depth, by name. */
export function recordsOf(fields: Fields): Record<string, Fields> {
  const found: Record<string, Fields> = {};
  for (const field of Object.values(fields)) {
    if (field.kind !== 'record' && field.kind !== 'records') continue;
    Object.assign(found, { [field.name]: field.fields }, recordsOf(field.fields));
  }
  return found;
}

export function outputObject(fields: Fields): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, outputSchema(field)])),
    required: Object.keys(fields),
    additionalProperties: false,
  };
}
