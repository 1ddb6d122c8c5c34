/** Places that are taken in the order they are asked for. */
export interface Turns<Place> {
  take(): Promise<Place>;
  giveBack(place: Place): void;
}

export function createTurns<Place>(places: readonly Place[]): Turns<Place> {
  const free = [...places];
  const waiting: ((place: Place) => void)[] = [];
  return {
    take() {
      const place = free.shift();
      return place === undefined ? new Promise((settle) => waiting.push(settle)) : Promise.resolve(place);
    },
    giveBack(place) {
      const next = waiting.shift();
      if (next) next(place);
      else free.push(place);
    },
  };
}
