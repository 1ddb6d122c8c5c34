export { assignBins, assignCategories, sortDoubles } from './bins';
export { isPure, searchColumn, sumRows } from './forest';
export { largestResidual, logisticGradients, softmaxGradients, squaredGradients } from './gradients';
export {
  addRows,
  clearHistograms,
  mergeHistograms,
  subtractHistograms,
  totalHistogram,
} from './histograms';
export { logisticLoss, softmaxLoss } from './losses';
export { addToMargins, copyBytes, splitRows } from './rows';
export { searchFeatures } from './splits';
