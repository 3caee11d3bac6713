// What scripts say, in the reader's language: the page brings the words along (templates/_words.html).
const words = document.getElementById("words")?.dataset ?? {};
const page = document.documentElement.lang || "en";
// The page's language as the reader's own country writes it: en-GB days, de-AT numbers.
const language = navigator.languages.find((name) => name.split("-")[0] === page) ?? page;
const plural = new Intl.PluralRules(language);

// word("undo"); word("minutes", { n: 3 }); "newPosts" with n picks newPostsOne or newPostsOther.
export function word(name, values = {}) {
  const form = plural.select(values.n ?? 0) === "one" ? "One" : "Other";
  const text = words[name] ?? words[name + form] ?? name;
  return text.replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? whole);
}

// A count as buttons show it: the same steps as short_number on the server, never more than there is.
export function shortNumber(n) {
  if (n < 1000) return String(n);
  const [unit, name] = n < 999_500 ? [1000, "thousand"] : [1_000_000, "million"];
  const value = n < 100 * unit ? Math.floor((n * 10) / unit) / 10 : Math.floor(n / unit);
  const digits = value < 10 ? 1 : 0;
  return word(name, { n: new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(digits ? value : Math.floor(value)) });
}

export { language };
