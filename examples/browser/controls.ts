// Sliders, buttons and numbers of the page: what the HTML declares comes alive here. Invariant: text
// beside a slider and the network always have the value that the slider shows.

/** The one element that fits; its absence is a mistake in the page. */
export function find<E extends Element>(
  parent: ParentNode,
  selector: string,
  kind: new () => E,
): E {
  const found = parent.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} at ${selector}`);
}

function textOf(value: number, { digits = "0", unit = "" }: DOMStringMap): string {
  return `${value.toFixed(Number(digits)).replace("-", "−")} ${unit}`;
}

/** Calls `change` with the value of a slider, now and whenever it changes. */
export function useSlider(id: string, change: (value: number) => void): void {
  const input = find(document, `#${id}`, HTMLInputElement);
  const output = find(document, `output[for="${id}"]`, HTMLOutputElement);
  const apply = (): void => {
    const { valueAsNumber, dataset } = input;
    const value = dataset["scale"] === "log" ? 10 ** valueAsNumber : valueAsNumber;
    output.value = textOf(value, dataset);
    input.ariaValueText = output.value;
    change(value);
  };
  input.addEventListener("input", apply);
  // The form sets its fields back after this event.
  input.form?.addEventListener("reset", () => setTimeout(apply));
  apply();
}

/** Shows numbers by name in a description list, which grows as needed. */
export function useReadouts(list: HTMLElement): (texts: Readonly<Record<string, string>>) => void {
  const places = new Map<string, HTMLElement>();
  return (texts) => {
    for (const [name, text] of Object.entries(texts)) {
      let place = places.get(name);
      if (place === undefined) {
        const group = list.appendChild(document.createElement("div"));
        group.appendChild(document.createElement("dt")).textContent = name;
        place = group.appendChild(document.createElement("dd"));
        places.set(name, place);
      }
      place.textContent = text;
    }
  };
}

/** A button that pauses and continues, and the space bar, which does the same. */
export function usePause(button: HTMLButtonElement): () => boolean {
  let isPaused = false;
  const toggle = (): void => {
    isPaused = !isPaused;
    button.textContent = isPaused ? "Continue" : "Pause";
  };
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    // On a button the space bar presses that button.
    if (event.key !== " " || event.repeat || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    toggle();
  });
  return () => isPaused;
}
