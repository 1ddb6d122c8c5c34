// For `node --import`: a machine on which the optional package onnxruntime-node did not install.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === 'onnxruntime-node') throw new Error(`Cannot find package '${specifier}'`);
    return nextResolve(specifier, context);
  },
});
