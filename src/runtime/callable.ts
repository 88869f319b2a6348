// Objects that are called like functions and have methods: models. Invariant: no code is made from
// text, so `class extends Function` is not possible; a function gets the prototype of the class.

/**
 * `new` gives the function itself, as an instance of the derived class. Private fields of derived
 * classes work, because fields are added to what this constructor returns.
 */
export class Callable {
  constructor(call: (...args: never[]) => unknown, name: string) {
    Object.defineProperty(call, "name", { value: name, configurable: true });
    return Object.setPrototypeOf(call, new.target.prototype);
  }
}
// So that what TypeScript says of callable types (call, apply, bind) is true.
Object.setPrototypeOf(Callable.prototype, Function.prototype);
