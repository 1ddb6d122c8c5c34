import { ATTRIBUTE, ELEMENT, type ElementType, encodeModelProto, type OnnxMessage } from './onnx-messages.ts';

/** The name of a tensor in the graph. */
export type Tensor = string;

export interface TensorAttribute {
  type: ElementType;
  dims: number[];
  bytes: Uint8Array;
}

/** A string is an ONNX string, a number an integer, an array of numbers a list of integers. */
export type Attributes = Record<
  string,
  string | number | readonly number[] | readonly string[] | TensorAttribute
>;

const ML_DOMAIN = 'ai.onnx.ml';
const OPSETS = [
  { domain: '', version: 21 },
  { domain: ML_DOMAIN, version: 5 },
];
/** The format version that came with these operator sets (ONNX 1.16). */
const IR_VERSION = 10;

const utf8 = new TextEncoder();

/**
 * Builds an ONNX graph node by node. Names of inner tensors start with a slash and a number, so that they cannot
 * meet the name of a field that does not.
 */
export class GraphBuilder {
  readonly #nodes: OnnxMessage[] = [];
  readonly #inputs: OnnxMessage[] = [];
  readonly #outputs: OnnxMessage[] = [];
  readonly #initializers = new Map<string, OnnxMessage>();
  readonly #computed = new Map<string, Tensor>();

  input(name: string, type: ElementType): Tensor {
    this.#inputs.push(valueInfo(name, type, ['N', 1]));
    return name;
  }

  /** Makes a tensor an output of the graph, of shape [N, width]. */
  output(name: string, type: ElementType, width: number, from: Tensor): void {
    this.#nodes.push({ opType: 'Identity', input: [from], output: [name] });
    this.#outputs.push(valueInfo(name, type, ['N', width]));
  }

  /** A node of the basic operator set. The same computation asked for twice is one node. */
  op(opType: string, inputs: readonly Tensor[], attributes: Record<string, number> = {}): Tensor {
    const key = JSON.stringify([opType, inputs, attributes]);
    const tensor = this.#computed.get(key) ?? this.#node(opType, inputs, attributes, '');
    this.#computed.set(key, tensor);
    return tensor;
  }

  mlOp(opType: string, inputs: readonly Tensor[], attributes: Attributes): Tensor {
    return this.#node(opType, inputs, attributes, ML_DOMAIN);
  }

  doubles(values: Iterable<number>, dims: number[]): Tensor {
    const { type, bytes } = doubleTensor(values, dims);
    return this.#constant({ dims, dataType: type, rawData: bytes }, bytes);
  }

  integers(values: readonly number[], dims: number[]): Tensor {
    const bytes = new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer);
    return this.#constant({ dims, dataType: ELEMENT.int64, rawData: bytes }, bytes);
  }

  strings(values: readonly string[], dims: number[]): Tensor {
    const stringData = values.map((value) => utf8.encode(value));
    return this.#constant(
      { dims, dataType: ELEMENT.string, stringData },
      utf8.encode(JSON.stringify(values)),
    );
  }

  toBytes(name: string): Uint8Array {
    return encodeModelProto({
      irVersion: IR_VERSION,
      producerName: 'airworthy',
      graph: {
        name,
        node: this.#nodes,
        initializer: [...this.#initializers.values()],
        input: this.#inputs,
        output: this.#outputs,
      },
      opsetImport: OPSETS,
    });
  }

  #node(opType: string, input: readonly Tensor[], attributes: Attributes, domain: string): Tensor {
    const output = `/${this.#nodes.length} ${opType}`;
    const attribute = Object.entries(attributes).map(([name, value]) => toAttribute(name, value));
    this.#nodes.push({ opType, input, output: [output], attribute, ...(domain ? { domain } : {}) });
    return output;
  }

  /** One initializer a content: the same constant asked for twice is the same tensor. */
  #constant(tensor: OnnxMessage, content: Uint8Array): Tensor {
    const key = `${tensor.dataType} ${tensor.dims} ${Buffer.from(content).toString('base64')}`;
    const known = this.#initializers.get(key);
    const name = (known?.name as string | undefined) ?? `/constant ${this.#initializers.size}`;
    if (!known) this.#initializers.set(key, { ...tensor, name });
    return name;
  }
}

export function doubleTensor(values: Iterable<number>, dims: number[]): TensorAttribute {
  return { type: ELEMENT.double, dims, bytes: new Uint8Array(Float64Array.from(values).buffer) };
}

export function byteTensor(values: readonly number[]): TensorAttribute {
  return { type: ELEMENT.uint8, dims: [values.length], bytes: Uint8Array.from(values) };
}

function toAttribute(name: string, value: Attributes[string]): OnnxMessage {
  if (typeof value === 'number') return { name, type: ATTRIBUTE.int, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE.string, s: utf8.encode(value) };
  if ('bytes' in value) {
    return {
      name,
      type: ATTRIBUTE.tensor,
      t: { dims: value.dims, dataType: value.type, rawData: value.bytes },
    };
  }
  return isStrings(value)
    ? { name, type: ATTRIBUTE.strings, strings: value.map((text) => utf8.encode(text)) }
    : { name, type: ATTRIBUTE.ints, ints: value };
}

function isStrings(values: readonly number[] | readonly string[]): values is readonly string[] {
  return typeof values[0] === 'string';
}

function valueInfo(name: string, elemType: ElementType, dims: readonly [string, number]): OnnxMessage {
  const dim = [{ dimParam: dims[0] }, { dimValue: dims[1] }];
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
