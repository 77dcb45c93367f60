/** What only the deployment knew, put where its places stand in a document of synth. The text is JSON and stays so. */
export function withDeployTimeValues(text: string, values: { readonly [place: string]: string }): string {
  let made = text;
  for (const [place, value] of Object.entries(values)) {
    made = made.replaceAll(place, () => JSON.stringify(value).slice(1, -1));
  }
  return made;
}
