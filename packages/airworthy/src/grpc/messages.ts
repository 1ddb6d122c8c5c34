/** Messages of the contract as they are decoded: names as they are there, 64-bit numbers as text. */

export interface InferParameter {
  parameter_choice?: string;
  bool_param?: boolean;
  int64_param?: string;
  string_param?: string;
  double_param?: number;
  uint64_param?: string;
  bytes_param?: Buffer;
}
export type WireParameters = Readonly<Record<string, InferParameter>>;

export interface TensorContents {
  bool_contents?: boolean[];
  int_contents?: number[];
  int64_contents?: (string | bigint)[];
  uint_contents?: number[];
  uint64_contents?: (string | bigint)[];
  fp32_contents?: number[];
  fp64_contents?: number[];
  bytes_contents?: Buffer[];
}

export interface InputTensor {
  name: string;
  datatype: string;
  shape: (string | number)[];
  parameters?: WireParameters;
  contents?: TensorContents | null;
}

export interface ModelInferRequest {
  model_name: string;
  model_version: string;
  id: string;
  parameters: WireParameters;
  inputs: InputTensor[];
  outputs: { name: string; parameters?: WireParameters }[];
  raw_input_contents: Buffer[];
}

export interface OutputTensor {
  name: string;
  datatype: string;
  shape: number[];
  contents?: TensorContents;
}

export interface ModelInferResponse {
  model_name: string;
  model_version: string;
  id: string;
  parameters?: WireParameters;
  outputs?: OutputTensor[];
  raw_output_contents?: Buffer[];
}

export interface NamedRequest {
  name: string;
  version: string;
}

export interface RepositoryRequest {
  repository_name: string;
  model_name: string;
  parameters: WireParameters;
}
