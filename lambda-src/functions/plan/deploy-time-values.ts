/** Replaces placeholders in a JSON document from synth with values that are known only after deployment. */
export function withDeployTimeValues(text: string, values: { readonly [place: string]: string }): string {
  let made = text;
  for (const [place, value] of Object.entries(values)) {
    made = made.replaceAll(place, () => JSON.stringify(value).slice(1, -1));
  }
  return made;
}
