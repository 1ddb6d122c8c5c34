import protobuf from 'protobufjs/light.js';

/** Tensor element types, by ONNX's numbers. */
export const ELEMENT = { float: 1, uint8: 2, int64: 7, string: 8, bool: 9, double: 11 } as const;
export type ElementType = (typeof ELEMENT)[keyof typeof ELEMENT];

/** Attribute kinds, by ONNX's numbers. */
export const ATTRIBUTE = { float: 1, int: 2, string: 3, tensor: 4, ints: 7, strings: 8 } as const;

/**
 * The messages of the ONNX format that our models need, with the field numbers of the published schema
 * (onnx/onnx.proto); a reader skips what it does not find.
 */
const DESCRIPTOR = {
  nested: {
    ModelProto: message({
      irVersion: [1, 'int64'],
      producerName: [2, 'string'],
      docString: [6, 'string'],
      graph: [7, 'GraphProto'],
      opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
    }),
    OperatorSetIdProto: message({ domain: [1, 'string'], version: [2, 'int64'] }),
    GraphProto: message({
      node: [1, 'NodeProto', 'repeated'],
      name: [2, 'string'],
      initializer: [5, 'TensorProto', 'repeated'],
      input: [11, 'ValueInfoProto', 'repeated'],
      output: [12, 'ValueInfoProto', 'repeated'],
    }),
    NodeProto: message({
      input: [1, 'string', 'repeated'],
      output: [2, 'string', 'repeated'],
      name: [3, 'string'],
      opType: [4, 'string'],
      attribute: [5, 'AttributeProto', 'repeated'],
      domain: [7, 'string'],
    }),
    AttributeProto: message({
      name: [1, 'string'],
      i: [3, 'int64'],
      s: [4, 'bytes'],
      t: [5, 'TensorProto'],
      ints: [8, 'int64', 'repeated'],
      strings: [9, 'bytes', 'repeated'],
      type: [20, 'int32'],
    }),
    TensorProto: message({
      dims: [1, 'int64', 'repeated'],
      dataType: [2, 'int32'],
      stringData: [6, 'bytes', 'repeated'],
      name: [8, 'string'],
      rawData: [9, 'bytes'],
    }),
    ValueInfoProto: message({ name: [1, 'string'], type: [2, 'TypeProto'] }),
    TypeProto: message({ tensorType: [1, 'TensorTypeProto'] }),
    TensorTypeProto: message({ elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] }),
    TensorShapeProto: message({ dim: [1, 'DimensionProto', 'repeated'] }),
    DimensionProto: message({ dimValue: [1, 'int64'], dimParam: [2, 'string'] }),
  },
};

type FieldSpec = readonly [id: number, type: string, rule?: 'repeated'];

function message(fields: Record<string, FieldSpec>) {
  const specs = Object.entries(fields).map(
    ([name, [id, type, rule]]) => [name, { id, type, ...(rule ? { rule } : {}) }] as const,
  );
  return { fields: Object.fromEntries(specs) };
}

/** Any of the messages above, as plain JSON. */
export type OnnxMessage = Record<string, unknown>;

const modelProto = protobuf.Root.fromJSON(DESCRIPTOR).lookupType('ModelProto');

/** The bytes of a ModelProto. The same message gives the same bytes. */
export function encodeModelProto(model: OnnxMessage): Uint8Array {
  return modelProto.encode(model).finish();
}
