import type { DatePart } from '../model.ts';
import { LAST_TIME } from '../timestamps.ts';
import type { GraphBuilder, Tensor } from './graph-builder.ts';

/** Scalar arithmetic on double tensors, so that formulas read as in timestamps.ts. */
interface Arithmetic {
  plus(a: Tensor, b: Tensor | number): Tensor;
  minus(a: Tensor, b: Tensor | number): Tensor;
  times(a: Tensor, b: Tensor | number): Tensor;
  floorOf(a: Tensor, divisor: number): Tensor;
  choose(condition: Tensor, yes: Tensor | number, no: Tensor | number): Tensor;
}

function arithmeticOf(graph: GraphBuilder): Arithmetic {
  const tensor = (value: Tensor | number) => (typeof value === 'number' ? graph.doubles([value], []) : value);
  return {
    plus: (a, b) => graph.op('Add', [a, tensor(b)]),
    minus: (a, b) => graph.op('Sub', [a, tensor(b)]),
    times: (a, b) => graph.op('Mul', [a, tensor(b)]),
    floorOf: (a, divisor) => graph.op('Floor', [graph.op('Div', [a, tensor(divisor)])]),
    choose: (condition, yes, no) => graph.op('Where', [condition, tensor(yes), tensor(no)]),
  };
}

/** The graph's version of `datePart`: the same formulas, in double, over a tensor of milliseconds. */
export function encodeDatePart(graph: GraphBuilder, part: DatePart, milliseconds: Tensor): Tensor {
  const { plus, minus, times, floorOf } = arithmeticOf(graph);
  const time = encodeTime(graph, milliseconds);
  const epochDay = floorOf(time, 86_400_000);
  const timeOfDay = minus(time, times(epochDay, 86_400_000));
  switch (part) {
    case 'epoch-day':
      return epochDay;
    case 'hour':
      return floorOf(timeOfDay, 3_600_000);
    case 'minute-of-day':
      return floorOf(timeOfDay, 60_000);
    case 'weekday': {
      const shifted = plus(epochDay, 4);
      return minus(shifted, times(floorOf(shifted, 7), 7));
    }
    default:
      return encodeCalendarPart(graph, part, epochDay);
  }
}

/** Whole milliseconds, NaN where that is no time. */
export function encodeTime(graph: GraphBuilder, milliseconds: Tensor): Tensor {
  const isTime = graph.op('LessOrEqual', [graph.op('Abs', [milliseconds]), graph.doubles([LAST_TIME], [])]);
  return arithmeticOf(graph).choose(isTime, graph.op('Floor', [milliseconds]), Number.NaN);
}

function encodeCalendarPart(
  graph: GraphBuilder,
  part: 'day' | 'month' | 'day-of-year',
  epochDay: Tensor,
): Tensor {
  const { plus, minus, times, floorOf, choose } = arithmeticOf(graph);
  const less = (a: Tensor, b: number) => graph.op('Less', [a, graph.doubles([b], [])]);
  const isZero = (a: Tensor) => graph.op('Equal', [a, graph.doubles([0], [])]);
  const shifted = plus(epochDay, 719_468);
  const dayOfEra = minus(shifted, times(floorOf(shifted, 146_097), 146_097));
  const leapDays = plus(
    minus(floorOf(dayOfEra, 1460), floorOf(dayOfEra, 36_524)),
    floorOf(dayOfEra, 146_096),
  );
  const yearOfEra = floorOf(minus(dayOfEra, leapDays), 365);
  const century = floorOf(yearOfEra, 100);
  const quadrennium = floorOf(yearOfEra, 4);
  const dayOfMarchYear = minus(dayOfEra, minus(plus(times(yearOfEra, 365), quadrennium), century));
  const marchMonth = floorOf(plus(times(dayOfMarchYear, 5), 2), 153);
  if (part === 'day') return plus(minus(dayOfMarchYear, floorOf(plus(times(marchMonth, 153), 2), 5)), 1);
  if (part === 'month') return choose(less(marchMonth, 10), plus(marchMonth, 3), minus(marchMonth, 9));
  const isFourth = isZero(minus(yearOfEra, times(quadrennium, 4)));
  const isHundredth = isZero(minus(yearOfEra, times(century, 100)));
  const isLeap = graph.op('And', [
    isFourth,
    graph.op('Or', [graph.op('Not', [isHundredth]), isZero(yearOfEra)]),
  ]);
  const fromMarch = plus(dayOfMarchYear, choose(isLeap, 61, 60));
  return choose(less(dayOfMarchYear, 306), fromMarch, minus(dayOfMarchYear, 305));
}
